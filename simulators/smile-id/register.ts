/**
 * The simulated register: what the authority "knows" about a document. Anything of valid form exists and belongs to whoever asks; the
 * endings of numbers, the provider's own sandbox names and `behaviour` make the other answers.
 */

export type Behaviour = "validated" | "not_found" | "unavailable" | "other_name" | "other_dob" | "timeout";
export const BEHAVIOURS: readonly Behaviour[] = ["validated", "not_found", "unavailable", "other_name", "other_dob", "timeout"];

export interface Question {
  readonly idNumber: string;
  readonly firstName: string;
  readonly middleName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
}

export interface RegisterAnswer {
  readonly resultCode: string;
  readonly resultText: string;
  readonly fullName: string | null;
  readonly dateOfBirth: string | null;
}

const NOT_FOUND: RegisterAnswer = {
  resultCode: "1013",
  resultText: "Unable to Validate ID - Not Found",
  fullName: null,
  dateOfBirth: null,
};
const UNAVAILABLE: RegisterAnswer = {
  resultCode: "1015",
  resultText: "ID Authority Unavailable",
  fullName: null,
  dateOfBirth: null,
};
const NO_MATCH: RegisterAnswer = { resultCode: "1022", resultText: "No Match", fullName: null, dateOfBirth: null };
const OTHER_NAME = "PETER OTHER PERSON";

const BY_ENDING: readonly (readonly [ending: string, behaviour: Behaviour])[] = [
  ["0000", "not_found"],
  ["1111", "unavailable"],
  ["2222", "other_name"],
];

/** The sandbox's test identities, by last and given names, as far as this product has them. */
const SANDBOX: Readonly<Record<string, (question: Question) => RegisterAnswer>> = {
  "CLEARWATER AMINA FATOU": (question) => found(fullNameOf(question), question.dateOfBirth),
  "DANGERFIELD RASHID OMAR": () => NO_MATCH,
  "GHOSTWELL FATIMA BELLO": () => NOT_FOUND,
  "YOUNGBLOOD AISHA LAWAL": (question) => found(fullNameOf(question), yearsLater(question.dateOfBirth, 20)),
  "DOWNSWORTH NGOZI IFEOMA": () => UNAVAILABLE,
};

/** What holds for a number: what was set for it, else what its ending says. */
export function behaviourOf(set: ReadonlyMap<string, Behaviour>, idNumber: string): Behaviour {
  return set.get(idNumber) ?? BY_ENDING.find(([ending]) => idNumber.endsWith(ending))?.[1] ?? "validated";
}

export function lookUp(question: Question, behaviour: Behaviour): RegisterAnswer {
  const given = `${question.firstName} ${question.middleName}`.trim();
  const sandbox = SANDBOX[`${question.lastName} ${given}`.toUpperCase()];
  if (sandbox !== undefined) return sandbox(question);
  switch (behaviour) {
    case "validated":
    case "timeout":
      return found(fullNameOf(question), question.dateOfBirth);
    case "not_found":
      return NOT_FOUND;
    case "unavailable":
      return UNAVAILABLE;
    case "other_name":
      return found(OTHER_NAME, question.dateOfBirth);
    case "other_dob":
      return found(fullNameOf(question), yearsLater(question.dateOfBirth, -1));
  }
}

function found(fullName: string, dateOfBirth: string): RegisterAnswer {
  return { resultCode: "1012", resultText: "ID Number Validated", fullName, dateOfBirth };
}

/** Registers print capitals and double spaces; a client has to live with it. */
function fullNameOf({ firstName, middleName, lastName }: Question): string {
  const parts = firstName === lastName ? [firstName] : [firstName, middleName, lastName];
  return parts
    .filter((part) => part !== "")
    .join("  ")
    .toUpperCase();
}

function yearsLater(day: string, years: number): string {
  return `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;
}
