/** XML at arm's length: what is hostile is refused under a word that does not change, and quickly. */
import { describe, expect, it } from "vitest";
import { readMessage } from "../../../workers/adapters/uof/read-message.ts";
import { readXml, XML_CHARS_MAX } from "../../../workers/adapters/uof/xml.ts";

const alive = (more: string, head = "") => `${head}<alive product="1" timestamp="1" subscribed="1" ${more}/>`;
const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);

describe("a document is refused", () => {
  it.each([
    ["too large", alive(`x="${"y".repeat(XML_CHARS_MAX)}"`)],
    ["has a document type", alive("", '<!DOCTYPE a [<!ENTITY b "c">]>')],
    ["has a document type", alive("", '<!DOCTYPE a SYSTEM "file:///etc/passwd">')],
    [
      "has a document type",
      `<!DOCTYPE a [<!ENTITY b0 "b">${Array.from({ length: 9 }, (_, index) => `<!ENTITY b${index + 1} "&b${index};&b${index};">`).join("")}]><a b="&b9;"/>`,
    ],
    ["has a document type", "<alive><![CDATA[<alive/>]]></alive>"],
    ["has an unknown entity", alive('x="&b;"')],
    ["has an unknown entity", alive('x="&#1234567;"')],
    ["has an unknown entity", alive('x="a & b"')],
    ["is not in UTF-8", alive("", '<?xml version="1.0" encoding="UTF-16"?>')],
    ["is not in UTF-8", alive("", "<?xml version='1.0' encoding='ISO-8859-1'?>")],
    ["is not in UTF-8", Buffer.from(alive('x="\u00e9"'), "latin1").toString("utf8")],
    ["is not in UTF-8", Buffer.from(alive('x="1"'), "utf16le").toString("utf8")],
    ["is not in UTF-8", alive('x="\uD800"')],
    ["is no XML", ""],
    ["is no XML", "no xml"],
    ["is no XML", "<odds_change product="],
    ["is no XML", "<a><b></a></b>"],
    ["is no single element", "<a/><b/>"],
    ["is nested too deep", nested(14)],
    ["is nested too deep", nested(60_000)],
    ["has too much in its attributes", alive(`x="${"y".repeat(5_000)}"`)],
    ["has too much in its attributes", alive(Array.from({ length: 61 }, (_, index) => `x${index}="1"`).join(" "))],
  ])("as one that %s (%#)", (reason, xml) => {
    const startedAtMs = performance.now();
    expect(readMessage(xml, { feed: "uof", sequence: 1 })).toEqual({ ok: false, error: { reason } });
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });
});

it("entities of XML itself and characters by number are read; depth that messages have is not refused", () => {
  expect(readXml('<a b="&lt;&gt;&amp;&quot;&apos;&#233;&#xE9;"/>')).toMatchObject({ ok: true, value: { attributes: { b: "<>&\"'éé" } } });
  expect(readXml(nested(10)).ok).toBe(true);
  expect(readXml('<?xml version="1.0" encoding="utf-8" standalone="yes"?><a/>').ok).toBe(true);
});
