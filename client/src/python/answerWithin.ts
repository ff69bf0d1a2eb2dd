/**
 * Wait for a promise that may take long, or never settle.
 */

/** Return the answer if it arrives in time, else undefined; a late one is passed to `onLate`. */
export async function answerWithin<Answer>(
  milliseconds: number,
  answer: Promise<Answer>,
  onLate: (answer: Answer) => void,
): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(undefined);
    }, milliseconds);
  });
  const watched = answer.then((found) => {
    if (isLate) {
      onLate(found);
    }
    return found;
  });
  try {
    return await Promise.race([watched, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
