//! From lines of the registry to types: what makes adding a parameter adding a line.

/// Writes the struct that is stored, its defaults, and its lines of the registry.
macro_rules! params {
    (
        $(#[$doc:meta])* $name:ident $all:ident
        $($id:literal $field:ident $kind:ty = $default:literal / $new:literal, $min:literal..=$max:literal
          $unit:ident $scope:ident $who:expr, $window:ident $rate:expr, $error:ident $text:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
        pub struct $name {
            $(#[doc = $text] pub $field: $kind),*
        }

        impl Default for $name {
            fn default() -> $name {
                $name::DEFAULT
            }
        }

        impl $name {
            /// The values where nothing else is said.
            pub const DEFAULT: $name = $name { $($field: $default),* };

            /// The values in something that a user creates.
            pub fn fresh() -> $name {
                $name { $($field: $new),* }
            }

            /// The value of a parameter; `None` if it is not one of these.
            pub fn get(&self, id: ParamId) -> Option<i128> {
                match id.0 {
                    $($id => Some(self.$field.to_common()),)*
                    _ => None,
                }
            }

            /// Sets a parameter; false if it is not one of these or the value does not fit its type.
            #[must_use]
            pub fn set(&mut self, id: ParamId, value: i128) -> bool {
                match id.0 {
                    $($id => match Stored::from_common(value) {
                        Some(value) => self.$field = value,
                        None => return false,
                    },)*
                    _ => return false,
                }
                true
            }
        }

        pub(super) const $all: &[Param] = &[$(Param {
            id: ParamId($id),
            name: stringify!($field),
            kind: stringify!($kind),
            unit: Unit::$unit,
            scope: Scope::$scope,
            default: $default as i128,
            new: $new as i128,
            min: $min,
            max: $max,
            who: $who as Who,
            window: $window as Window,
            rate: $rate as Rate,
            error: CallError::$error,
            doc: $text,
        }),*];
    };
}

pub(super) use params;
