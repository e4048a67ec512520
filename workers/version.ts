/** The release that runs; test/node/tidy.test.ts keeps it equal to package.json. */
export const SERVICE = "mkeka";
export const VERSION = "0.1.0";
