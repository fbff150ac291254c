/**
 * Looks at the kernel as soon as somebody else has changed something in it, so that drift is put right within a second.
 *
 * To ask whether anything changed costs microseconds, to read everything costs milliseconds. Others change their own tables all the time,
 * so between two readings of the whole there is a rest.
 *
 * @module
 */
export interface WatchedKernel {
  readonly isTouched: () => boolean;
  /** We are writing ourselves: what is read meanwhile says nothing. */
  readonly isBusy: () => boolean;
  /** Reads everything back. */
  readonly look: () => Promise<void>;
}

const askEveryMs = 200;
const restMs = 600;

/** A kernel that does not even answer is looked at, and the look says why. */
const isNewsFor = (isTouched: () => boolean): boolean => {
  try {
    return isTouched();
  } catch {
    return true;
  }
};

export const watchKernel = ({ isTouched, isBusy, look }: WatchedKernel): { stop(): void } => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const ask = async (): Promise<void> => {
    const isNews = !isBusy() && isNewsFor(isTouched);
    if (isNews) await look();
    if (!isStopped) timer = setTimeout(() => void ask(), isNews ? restMs : askEveryMs);
  };
  void ask();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
