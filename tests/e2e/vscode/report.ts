/**
 * Print tests one by one, and close with a line that counts them.
 */
export class Report {
  total = 0;
  failed = 0;

  add(title: string, milliseconds: number, error?: string): void {
    this.total += 1;
    if (error === undefined) {
      console.log(`ok      ${title} (${milliseconds} ms)`);
      return;
    }
    this.failed += 1;
    console.log(`FAILED  ${title}\n${error.replace(/^/gm, "        ")}`);
  }

  /** Print the closing line; returns the exit code. */
  close(): number {
    console.log(`\n${this.total - this.failed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.total > 0 ? 0 : 1;
  }
}
