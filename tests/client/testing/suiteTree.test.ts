/** The tree of the Test Explorer. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { suiteTree } from "../../../client/src/testing/suiteTree";
import type { Branch } from "../../../client/src/testing/suiteTree";

function suites(...names: string[]): { uri: string; name: string; root: string }[] {
  return names.map((name) => ({ uri: `file:///w/${name}`, name, root: "file:///w" }));
}

/** Write a tree as text: a folder's content in parentheses. */
function drawn(branches: readonly Branch[]): string {
  return branches.map(({ label, children }) => (children === undefined ? label : `${label}(${drawn(children)})`)).join(" ");
}

describe("suiteTree", () => {
  const cases: [string, string[], string][] = [
    ["nothing", [], ""],
    ["suites at the top", ["b.llmtest", "a.llmtest"], "a.llmtest b.llmtest"],
    ["folders before suites", ["z.llmtest", "a/y.llmtest", "a/b/x.llmtest"], "a(b(x.llmtest) y.llmtest) z.llmtest"],
    ["folders of one name at two places", ["a/t/1.llmtest", "b/t/1.llmtest"], "a(t(1.llmtest)) b(t(1.llmtest))"],
  ];
  for (const [what, names, expected] of cases) {
    it(`arranges ${what}`, () => {
      assert.equal(drawn(suiteTree(suites(...names))), expected);
    });
  }

  it("gives each project a branch of its own as soon as there are two", () => {
    const other = { uri: "file:///v%C3%BC/c.llmtest", name: "c.llmtest", root: "file:///v%C3%BC" };

    assert.equal(drawn(suiteTree([...suites("a.llmtest"), other])), "vü(c.llmtest) w(a.llmtest)");
  });

  it("gives no two branches one id", () => {
    const ids: string[] = [];
    const collect = (branches: readonly Branch[]) => {
      for (const { id, children } of branches) {
        ids.push(id);
        collect(children ?? []);
      }
    };

    collect(suiteTree(suites("t/1.llmtest", "a/t/1.llmtest", "a/1.llmtest")));

    assert.equal(new Set(ids).size, ids.length);
  });
});
