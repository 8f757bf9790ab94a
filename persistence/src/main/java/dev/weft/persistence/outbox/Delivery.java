package dev.weft.persistence.outbox;

import java.util.concurrent.CompletableFuture;

/** How an attempt to deliver a batch ended, or a question how far a sink is. */
public sealed interface Delivery {

  /**
   * The receiver has everything of the source up to {@code through} on its disk, which is the
   * batch's last number or more.
   */
  record Acknowledged(long through) implements Delivery {}

  /** The batch comes after more than the receiver has: it wants all after {@code through}. */
  record Behind(long through) implements Delivery {}

  /** The receiver does not take it; {@code detail} says why, to a person. */
  record Refused(Reason reason, String detail) implements Delivery {

    String words() {
      return "refused as %s: %s".formatted(reason, detail);
    }
  }

  /** Nobody answered, or the answer was lost: the batch may be there or not. */
  record Unanswered(String detail) implements Delivery {}

  /** What {@code reply}, which is done, says; a failure is no answer. */
  static Delivery of(CompletableFuture<Delivery> reply) {
    return reply.isCompletedExceptionally()
        ? new Unanswered(String.valueOf(reply.exceptionNow()))
        : reply.join();
  }

  /** Why a receiver does not take a batch. */
  enum Reason {
    /** The bytes that came are not those that were sent. */
    CORRUPT,
    /** A newer Weft wrote it. */
    NEWER,
    /** More bytes than the receiver takes. */
    TOO_LARGE,
    /** The receiver's disk has no room. */
    FULL,
    /** The receiver's disk fails. */
    FAILED
  }
}
