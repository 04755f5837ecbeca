/** The tests read English, whatever the language of the machine. */

import { language } from "../src/language/language.ts";

await language.use(["en"]);
