package dev.weft.bench;

import java.util.List;

/** Threads of a baseline server. */
final class ServerThreads {

  private ServerThreads() {}

  /** Interrupts all and waits until they have ended; keeps an interrupt of the caller. */
  static void end(List<Thread> threads) {
    threads.forEach(Thread::interrupt);
    var interrupted = false;
    for (var thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
