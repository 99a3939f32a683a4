import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { clockContract } from "./clock.contract.ts";
import { fifoQueueContract } from "./fifo-queue.contract.ts";
import { objectStoreContract } from "./object-store.contract.ts";
import { workQueueContract, type MakeWorkQueue } from "./work-queue.contract.ts";

objectStoreContract("MemoryObjectStore", () => ({ subject: new MemoryObjectStore() }));

const makeQueue: MakeWorkQueue = ({ maxReceiveCount, fifo }) => {
  const clock = new VirtualClock();
  const deadLetters = new MemoryWorkQueue(clock, { fifo });
  return {
    subject: new MemoryWorkQueue(clock, { fifo, maxReceiveCount, deadLetterQueue: deadLetters }),
    deadLetters,
    passTime: (ms) => clock.advance(ms),
  };
};

workQueueContract("MemoryWorkQueue", makeQueue);
fifoQueueContract("MemoryWorkQueue", makeQueue);

clockContract("VirtualClock", () => {
  const clock = new VirtualClock(Date.UTC(2026, 0));
  return { subject: clock, passTime: (ms) => clock.advance(ms) };
});

clockContract("systemClock", () => ({ subject: systemClock, passTime: (ms) => systemClock.sleep(ms) }));
