/** A type that is `T` at run time and its own type to the compiler, so that an amount can't be passed for a time. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
