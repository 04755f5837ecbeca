// Reads a resource from standard input and prints, as JSON, what HL7's structure definitions and value sets of FHIR R4
// (4.0.1, as the package `fhir` has them) say against it. Nothing is asked of any server: of media types, which are no
// closed set, it only notes that it has no list of them.

import { Fhir } from "fhir";
import { text } from "node:stream/consumers";

const { messages } = new Fhir().validate(JSON.parse(await text(process.stdin)), { errorOnUnexpected: true });
process.stdout.write(JSON.stringify(messages.filter(({ severity }) => severity !== "info")));
