/** Version of this build; every package of the house carries the same. */
export const version = '0.1.0';
