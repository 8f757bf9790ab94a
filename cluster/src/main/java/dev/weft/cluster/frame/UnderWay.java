package dev.weft.cluster.frame;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Reason;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Frames that were sent to other nodes and have no answer, by the address of the node's process: a
 * data link waits for a node to come back, and only its cluster knows that it will not. Threadsafe.
 */
final class UnderWay {

  private final Map<String, Set<CompletableFuture<Answer>>> byAddress = new ConcurrentHashMap<>();

  /**
   * @param address of its actor system: {@code HOST:PORT}
   * @param answer never completes exceptionally
   */
  void add(String address, CompletableFuture<Answer> answer) {
    byAddress.compute(
        address,
        (_, known) -> {
          var answers =
              known == null ? ConcurrentHashMap.<CompletableFuture<Answer>>newKeySet() : known;
          answers.add(answer);
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
   * Has nobody wait for a process that was removed: it may have run what it was sent, or yet run
   * it. Those who waited go on in a thread of their own.
   */
  void lost(String address) {
    var waiting = Set.copyOf(byAddress.getOrDefault(address, Set.of()));
    if (waiting.isEmpty()) {
      return;
    }
    var lost =
        Answer.Refused.perhapsAfter(
            Reason.UNREACHABLE,
            "node at %s: it was removed from the cluster, as it was not reached"
                .formatted(address));
    Thread.startVirtualThread(() -> waiting.forEach(each -> each.complete(lost)));
  }
}
