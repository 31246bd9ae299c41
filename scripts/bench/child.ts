import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';
import type { Scope } from '../../tests/sandbox.js';

export interface Child<Answer> {
  pid: number;
  /** One question at a time. @throws when the process ends instead of answering */
  ask(question: object): Promise<Answer>;
}

/** A process of its own that answers questions; it goes when the area ends. */
export function openChild<Answer>(scope: Scope, file: URL, answers: z.ZodType<Answer>): Child<Answer> {
  const child = fork(file, { execArgv: ['--enable-source-maps'] });
  const gone = once(child, 'exit');
  scope.after(async () => {
    child.kill();
    await gone;
  });
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      const answered = once(child, 'message');
      child.send(question);
      const first = await Promise.race([
        answered,
        gone.then(() => {
          throw new Error(`${file.pathname} ended instead of answering`);
        }),
      ]);
      return answers.parse(first[0]);
    },
  };
}

/** The other side: the whole of such a process. */
export function answerParent<Question>(
  questions: z.ZodType<Question>,
  answer: (question: Question) => Promise<object>,
): void {
  process.on('message', (question: unknown) => {
    answer(questions.parse(question)).then(
      (said) => process.send?.(said),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}
