package dev.weft.cluster.frame;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Reason;
import dev.weft.link.identity.Address;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Frames that were sent to other nodes and have no answer, by the address of the node's process: a
 * data link waits for a node to come back, and only its cluster knows that it will not. Threadsafe.
 */
final class UnderWay {

  private final Predicate<Address> isConnected;

  /** Answers, and the data links over which they come, by the address of the process. */
  private final Map<String, Map<CompletableFuture<Answer>, Address>> byAddress =
      new ConcurrentHashMap<>();

  private final Set<Left> left = ConcurrentHashMap.newKeySet();

  /** Addresses that were none of members' when it was last told. */
  private volatile Set<String> missed = Set.of();

  /** An answer of a process that was removed, and nobody knows why. */
  private record Left(String address, CompletableFuture<Answer> answer, Address link) {}

  /**
   * @param isConnected whether there is a connection to a data link
   */
  UnderWay(Predicate<Address> isConnected) {
    this.isConnected = isConnected;
  }

  /**
   * @param address of its actor system, {@code HOST:PORT}; of a linked node what it is called
   * @param link where frames are sent to it
   * @param answer never completes exceptionally
   */
  void add(String address, Address link, CompletableFuture<Answer> answer) {
    byAddress.compute(
        address,
        (_, known) -> {
          var answers =
              known == null ? new ConcurrentHashMap<CompletableFuture<Answer>, Address>() : known;
          answers.put(answer, link);
          return answers;
        });
    var _ = answer.whenComplete((_, _) -> remove(address, answer));
  }

  private void remove(String address, CompletableFuture<Answer> answer) {
    byAddress.computeIfPresent(
        address,
        (_, known) -> {
          known.remove(answer);
          return known.isEmpty() ? null : known;
        });
  }

  /**
   * A process is no member any more. Nobody waits for one that others have removed; that may not be
   * known of a process of another site, as word of it comes late. Then those wait no more who have
   * no connection to it: one that left by itself answers what it has before it ends that.
   *
   * @param isLost whether it is known that others have removed it
   */
  void removed(String address, boolean isLost) {
    Map.copyOf(byAddress.getOrDefault(address, Map.of()))
        .forEach(
            (answer, link) -> {
              if (isLost) {
                fail(address, answer);
              } else {
                left.add(new Left(address, answer, link));
              }
            });
    look();
  }

  /**
   * Tells who is a member; to be called again. Of a process that is none twice in a row nobody may
   * have told that it was removed, or a frame was sent to it just then.
   *
   * @param addresses of their actor systems, {@code HOST:PORT} each; of linked nodes that were
   *     heard of late what these are called
   */
  void members(Set<String> addresses) {
    var missing = new HashSet<>(byAddress.keySet());
    missing.removeAll(addresses);
    missing.stream().filter(missed::contains).forEach(address -> removed(address, false));
    missed = missing;
  }

  /** Looks whether there are still connections to those that were removed; to be called again. */
  void look() {
    left.removeIf(
        gone -> {
          var isOver = gone.answer().isDone() || !isConnected.test(gone.link());
          if (isOver) {
            fail(gone.address(), gone.answer());
          }
          return isOver;
        });
  }

  /** It may have run what it was sent, or yet run it. Who waited goes on in a thread of its own. */
  private static void fail(String address, CompletableFuture<Answer> answer) {
    var lost =
        Answer.Refused.perhapsAfter(
            Reason.UNREACHABLE,
            "node at %s: it was removed from the cluster, or not heard of, as it was not reached"
                .formatted(address));
    Thread.startVirtualThread(() -> answer.complete(lost));
  }
}
