import { describe, expect, test } from "vitest";
import type { Notification, Notifier } from "../../core/ports.ts";
import { withSubject, type Subject } from "./subject.ts";

export interface NotifierSubject extends Subject<Notifier> {
  /** One text per notification that has arrived, in order; formats differ between targets. */
  readonly arrived: () => Promise<readonly string[]>;
}

/** What every `Notifier` does. */
export function notifierContract(
  name: string,
  makeNotifier: () => Promise<NotifierSubject> | NotifierSubject,
): void {
  describe(`${name} as a notifier`, () => {
    test("delivers severity, subject and body of each notification, in order", () =>
      withSubject(makeNotifier, async ({ subject: notifier, arrived }) => {
        const sent: Notification[] = [
          { severity: "warning", subject: "dead letters", body: "3 messages in transform-dlq" },
          { severity: "info", subject: "weekly report", body: "ready" },
        ];
        for (const notification of sent) await notifier.notify(notification);
        const texts = await arrived();
        expect(texts).toHaveLength(2);
        for (const [i, { severity, subject, body }] of sent.entries())
          for (const part of [severity, subject, body]) expect(texts[i]).toContain(part);
      }));

    test("accepts a long subject with line breaks and letters beyond ASCII", () =>
      withSubject(makeNotifier, async ({ subject: notifier, arrived }) => {
        await notifier.notify({
          severity: "critical",
          subject: `\u0130stanbul\n${"x".repeat(300)}`,
          body: "see the runbook",
        });
        expect((await arrived())[0]).toContain("see the runbook");
      }));
  });
}
