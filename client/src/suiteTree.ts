/**
 * Arrange suites by folder for the Test Explorer; VS Code is not needed to tell them.
 */
import type { SuiteItem } from "./protocol";

export interface Branch {
  /** `folder:` and the folder's address, or the suite's own address. */
  readonly id: string;
  readonly label: string;
  readonly root: string;
  /** Below the root, with `/`; empty for the root itself. */
  readonly path: string;
  /** Undefined for a suite. */
  readonly children: Branch[] | undefined;
}

/** Return the tree: folders before suites, each by name; a project has a branch of its own only beside another. */
export function suiteTree(suites: readonly SuiteItem[]): Branch[] {
  const byRoot = new Map<string, Branch[]>();
  for (const suite of [...suites].sort((left, right) => compare(left.name, right.name))) {
    const branches = byRoot.get(suite.root) ?? [];
    byRoot.set(suite.root, branches);
    place(branches, suite);
  }
  const trees = [...byRoot].map(([root, children]) => {
    sortFoldersFirst(children);
    return { id: `folder:${root}`, label: nameOf(root), root, path: "", children };
  });
  const [only] = trees;
  return trees.length === 1 && only !== undefined ? only.children : trees.sort((left, right) => compare(left.label, right.label));
}

function place(top: Branch[], { uri, name, root }: SuiteItem): void {
  // A suite outside of its project's folder is named by its whole path.
  const words = name.split("/").filter((word) => word !== "");
  const file = words.pop() ?? name;
  let level = top;
  let path = "";
  for (const label of words) {
    path = path === "" ? label : `${path}/${label}`;
    const id = `folder:${root}/${path}`;
    let folder = level.find((branch) => branch.id === id);
    if (folder === undefined) {
      folder = { id, label, root, path, children: [] };
      level.push(folder);
    }
    level = folder.children ?? [];
  }
  level.push({ id: uri, label: file, root, path: name, children: undefined });
}

function sortFoldersFirst(branches: Branch[]): void {
  branches.sort((left, right) => Number(left.children === undefined) - Number(right.children === undefined));
  for (const { children } of branches) {
    sortFoldersFirst(children ?? []);
  }
}

function nameOf(root: string): string {
  const last = root.split("/").filter((word) => word !== "").pop() ?? root;
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // A stray `%`: then it is no escape.
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
