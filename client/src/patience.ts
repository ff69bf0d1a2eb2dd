/**
 * Wait for what may take long, or never come.
 */

/** Return the answer if it comes in time, else undefined; a late one is handed to `onLate`. */
export async function answerWithin<Answer>(
  milliseconds: number,
  answer: Promise<Answer>,
  onLate: (answer: Answer) => void,
): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const patience = new Promise<undefined>((resolve) => {
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
    return await Promise.race([watched, patience]);
  } finally {
    clearTimeout(timer);
  }
}
