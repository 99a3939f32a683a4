/**
 * The schema library of everything that functions reach: the part of zod that leaves out what is not used
 * (docs/adr/0004-bundles.md), with the messages of the whole. Schemas of both parts go into each other.
 */
import { config } from "zod/mini";
import english from "zod/v4/locales/en.js";

// Without a locale every problem would read "Invalid input".
config(english());

export * from "zod/mini";
