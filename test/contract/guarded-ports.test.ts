import { describe, expect, test } from "vitest";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { AccessDeniedError, Guard, type FunctionCall } from "../../local/policy/guard.ts";
import { GuardedObjectStore } from "../../local/policy/guarded-object-store.ts";
import { GuardedSecretStore } from "../../local/policy/guarded-secret-store.ts";
import { GuardedWorkQueue } from "../../local/policy/guarded-work-queue.ts";
import type { Statement } from "../../local/policy/statement.ts";
import { objectStoreContract } from "./object-store.contract.ts";
import { workQueueContract } from "./work-queue.contract.ts";

const everything: Statement = { Effect: "Allow", Action: ["*"], Resource: ["*"] };
const guardOf = (...statements: readonly Statement[]) => new Guard({ functionId: "transform", statements });

objectStoreContract("GuardedObjectStore that allows everything", () => ({
  subject: new GuardedObjectStore(new MemoryObjectStore(), "raw", guardOf(everything)),
}));

workQueueContract("GuardedWorkQueue that allows everything", ({ maxReceiveCount }) => {
  const clock = new VirtualClock();
  const deadLetters = new MemoryWorkQueue(clock);
  const queue = new MemoryWorkQueue(clock, { maxReceiveCount, deadLetterQueue: deadLetters });
  return {
    subject: new GuardedWorkQueue(queue, "transform", guardOf(everything)),
    deadLetters,
    passTime: (ms) => clock.advance(ms),
  };
});

describe("guarded ports", () => {
  const calls: FunctionCall[] = [];
  const observed = () => {
    calls.length = 0;
    return new Guard({
      functionId: "f",
      statements: [everything],
      observe: (call) => calls.push(call),
    });
  };
  const made = () => calls.map(({ action, resource }) => `${action} ${resource}`);
  const bytes = new Uint8Array([1]);

  test("ask for reading an object, and for listing the bucket where it is absent", async () => {
    const memory = new MemoryObjectStore();
    await memory.put("raw/a", bytes);
    const store = new GuardedObjectStore(memory, "b", observed());
    await store.get("raw/a");
    await store.head("raw/a");
    expect(made()).toEqual(["s3:GetObject b/raw/a", "s3:GetObject b/raw/a"]);
    await store.get("raw/b");
    expect(made().slice(2)).toEqual(["s3:GetObject b/raw/b", "s3:ListBucket b"]);
  });

  test("ask for reading what a write replaces on a condition", async () => {
    const store = new GuardedObjectStore(new MemoryObjectStore(), "b", observed());
    await store.put("raw/a", bytes);
    await store.put("raw/b", bytes, { absent: true });
    await store.put("raw/a", bytes, { etag: "e" });
    expect(calls.map(({ action, context }) => ({ action, ...context }))).toEqual([
      { action: "s3:PutObject", "s3:objectcreationoperation": "true" },
      { action: "s3:PutObject", "s3:objectcreationoperation": "true", "s3:if-none-match": "*" },
      { action: "s3:PutObject", "s3:objectcreationoperation": "true", "s3:if-match": "e" },
      { action: "s3:GetObject" },
    ]);
  });

  test("ask for reading what a delete takes away on a condition", async () => {
    const store = new GuardedObjectStore(new MemoryObjectStore(), "b", observed());
    await store.delete("raw/a");
    await store.delete("raw/a", { etag: "e" });
    expect(calls.map(({ action, context }) => ({ action, ...context }))).toEqual([
      { action: "s3:DeleteObject" },
      { action: "s3:DeleteObject", "s3:if-match": "e" },
      { action: "s3:GetObject" },
    ]);
  });

  test("ask for listing with the prefix that is listed", async () => {
    const store = new GuardedObjectStore(new MemoryObjectStore(), "b", observed());
    for await (const { key } of store.list("raw/x/")) throw new Error(`${key} is not there`);
    expect(calls).toEqual([
      { functionId: "f", action: "s3:ListBucket", resource: "b", context: { "s3:prefix": "raw/x/" } },
    ]);
  });

  test("do nothing that is denied", async () => {
    const memory = new MemoryObjectStore();
    await memory.put("raw/a", bytes);
    const store = new GuardedObjectStore(memory, "b", guardOf());
    await expect(store.put("raw/b", bytes)).rejects.toThrow(AccessDeniedError);
    await expect(store.delete("raw/a")).rejects.toThrow(AccessDeniedError);
    expect(await memory.head("raw/a")).not.toBeNull();
    expect(await memory.head("raw/b")).toBeNull();
    const queue = new MemoryWorkQueue(new VirtualClock());
    const guarded = new GuardedWorkQueue(queue, "transform", guardOf());
    await expect(guarded.send([{ body: "x", attributes: {} }])).rejects.toThrow(AccessDeniedError);
    expect((await queue.depth()).visible).toBe(0);
  });

  test("tell who was denied what, by which statement", async () => {
    const createOnly: Statement = {
      Sid: "CreateOnly",
      Effect: "Deny",
      Action: ["s3:PutObject"],
      Resource: ["raw/raw/*"],
      Condition: { Null: { "s3:if-none-match": ["true"] } },
    };
    const store = new GuardedObjectStore(new MemoryObjectStore(), "raw", guardOf(everything, createOnly));
    await expect(store.put("raw/a", bytes)).rejects.toThrow(
      /AccessDenied: function "transform" may not call s3:PutObject on "raw\/raw\/a": .*CreateOnly/,
    );
    expect((await store.put("raw/a", bytes, { absent: true })).written).toBe(true);
  });

  test("ask for a secret by its ARN, whose last six characters only Secrets Manager knows", async () => {
    const prefix = "arn:aws:secretsmanager:local:0:secret:marketlake/dev/";
    const secrets = { get: () => Promise.resolve("value") };
    const grant: Statement = {
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [`${prefix}fmp-api-key-??????`],
    };
    const guarded = new GuardedSecretStore(secrets, prefix, guardOf(grant));
    expect(await guarded.get("fmp-api-key")).toBe("value");
    await expect(guarded.get("other")).rejects.toThrow(AccessDeniedError);
  });
});
