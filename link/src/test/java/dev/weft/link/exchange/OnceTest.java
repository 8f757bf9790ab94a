package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.weft.link.generated.v1.Part;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Both sides of a stream without a network: whatever breaks when, each request is carried out at
 * most once, ends exactly once, and a refusal that says it did not run is true.
 */
class OnceTest {

  private static final int SEEDS = 300;
  private static final int STEPS = 400;
  private static final Duration TIME = Duration.ofDays(1);

  private final ExchangeSettings settings =
      TestSettings.quick(
          Map.of("part-bytes", 8, "remembered", Map.of("answers", 6, "bytes", 1_000)));

  /** One history. */
  private final class World {

    private final Random random;
    private final Ledger ledger = new Ledger(settings);
    private Source source = source();
    private boolean isKnown;
    private boolean isUp;
    private final Deque<Runnable> toReceiver = new ArrayDeque<>();
    private final Deque<Runnable> toSender = new ArrayDeque<>();
    private final Map<Long, Asked> running = new HashMap<>();
    private final Map<Integer, Integer> runs = new HashMap<>();
    private final Map<Integer, Answer> ended = new HashMap<>();
    private final Map<Pending, Integer> names = new HashMap<>();
    private int asked;

    World(long seed) {
      random = new Random(seed);
    }

    private Source source() {
      var many = new Budget(1 << 30);
      var terms = new Source.Terms(settings, Set.of("k"), many, many, new Budget(1_000));
      return new Source("peer", terms, 0);
    }

    void step() {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> ask();
        case 4, 5, 6, 7, 8 -> send();
        case 9, 10, 11, 12 -> arrive();
        case 13, 14 -> finish();
        case 15, 16 -> hear();
        case 17 -> giveUp();
        case 18 -> breakStream();
        default -> connect();
      }
    }

    private void ask() {
      asked++;
      var payload = new byte[4 + random.nextInt(40)];
      ByteBuffer.wrap(payload).putInt(asked);
      var pending = new Pending(new Request("k", random.nextInt(4), payload, TIME), 0);
      names.put(pending, asked);
      var refused = ledger.add(pending);
      refused.ifPresent(answer -> end(pending, answer));
    }

    private void send() {
      if (isUp
          && ledger.next(0)
              instanceof Outgoing.Next.Part<Pending>(var pending, var offset, var content)) {
        var part = ExchangeCodec.request(pending, offset, content, 0).getPart();
        toReceiver.add(() -> arrive(part));
      }
    }

    private void arrive() {
      if (!toReceiver.isEmpty()) {
        toReceiver.remove().run();
      }
    }

    private void arrive(Part part) {
      var sequence = part.getSequence();
      var step =
          part.getOffset() == 0
              ? source.begin(ExchangeCodec.header(part), part.getContent(), 0)
              : source.part(sequence, part.getOffset(), part.getContent(), 0);
      switch (step) {
        case Source.Step.Run(var request) -> {
          running.put(sequence, request);
          runs.merge(ByteBuffer.wrap(request.payload()).getInt(), 1, Integer::sum);
        }
        case Source.Step.Refuse(var refused) -> tell(sequence, refused);
        case Source.Step.Nothing() -> {}
      }
    }

    private void finish() {
      for (var entry : List.copyOf(running.entrySet())) {
        if (random.nextBoolean()) {
          var sequence = entry.getKey();
          running.remove(sequence);
          source
              .complete(sequence, new Answer.Done(entry.getValue().payload()), 0)
              .ifPresent(answer -> tell(sequence, answer));
          return;
        }
      }
    }

    private void tell(long sequence, Answer answer) {
      if (!isUp) {
        return;
      }
      switch (answer) {
        case Answer.Refused refused ->
            toSender.add(() -> ledger.refused(sequence, refused).ifPresent(this::end));
        case Answer.Done(var payload) -> {
          for (var offset = 0; offset < payload.length; offset += 16) {
            var at = offset;
            var length = Math.min(16, payload.length - at);
            var content = ByteString.copyFrom(payload, at, length);
            toSender.add(
                () -> ledger.part(sequence, payload.length, at, content).ifPresent(this::end));
          }
        }
      }
    }

    private void hear() {
      for (var i = 0; i < 3 && !toSender.isEmpty(); i++) {
        toSender.remove().run();
      }
      if (isUp) {
        source.settle(ledger.confirm(3));
      }
    }

    private void giveUp() {
      var waiting = new ArrayList<>(names.keySet());
      waiting.removeIf(each -> ended.containsKey(names.get(each)));
      if (!waiting.isEmpty()) {
        var pending = waiting.get(random.nextInt(waiting.size()));
        ledger
            .giveUp(pending)
            .ifPresent(
                sequence ->
                    toReceiver.add(
                        () ->
                            source
                                .cancel(sequence, 0)
                                .ifPresent(refused -> tell(sequence, refused))));
        end(pending, new Answer.Refused(Reason.TIMED_OUT, pending.isSent(), ""));
      }
    }

    private void breakStream() {
      isUp = false;
      toReceiver.clear();
      toSender.clear();
      ledger.broken();
      if (random.nextInt(4) == 0) {
        ledger.refuseUnsent(Reason.UNREACHABLE, "").forEach(this::end);
      }
      if (random.nextInt(6) == 0) {
        // The receiver is started anew, and what ran has ended with it.
        source = source();
        running.clear();
        isKnown = false;
      }
    }

    private void connect() {
      if (isUp) {
        return;
      }
      var awaited = ledger.awaited();
      var resumed = source.resume(awaited);
      isUp = true;
      ledger.welcomed(isKnown, source.through(), resumed.lost()).forEach(this::end);
      isKnown = true;
      resumed.answers().forEach(this::tell);
      for (var sequence : resumed.forgotten()) {
        tell(sequence, Answer.Refused.perhapsAfter(Reason.FORGOTTEN, ""));
      }
    }

    private void end(Ledger.Ended each) {
      end(each.pending(), each.answer());
    }

    private void end(Pending pending, Answer answer) {
      var name = names.get(pending);
      var before = ended.put(name, answer);
      assertEquals(null, before, "ends twice: " + name);
      if (answer instanceof Answer.Done(var payload)) {
        assertArrayEquals(pendingPayload(pending), payload);
      }
    }

    private static byte[] pendingPayload(Pending pending) {
      pending.rewind();
      return pending.next(pending.bytes()).toByteArray();
    }

    /** All that is under way comes to its end. */
    void drain() {
      for (var i = 0; i < 20_000 && (ended.size() < asked || ledger.underWay() > 0); i++) {
        connect();
        send();
        arrive();
        finish();
        hear();
      }
    }

    void check(String seed) {
      assertEquals(asked, ended.size(), seed + ": without an end");
      runs.forEach((name, count) -> assertEquals(1, count, seed + ": runs of " + name));
      ended.forEach(
          (name, answer) -> {
            var hasRun = runs.containsKey(name);
            switch (answer) {
              case Answer.Done _ -> assertTrue(hasRun, seed + ": done and did not run: " + name);
              case Answer.Refused refused ->
                  assertTrue(
                      refused.mayHaveRun() || !hasRun, seed + ": " + name + " ran, and " + refused);
            }
          });
    }
  }

  @Test
  void eachRequestRunsAtMostOnceAndEndsOnceWhateverBreaks() {
    var first = Long.getLong("weft.seed", 20261130L);
    var done = 0;
    for (var seed = first; seed < first + SEEDS; seed++) {
      var world = new World(seed);
      for (var i = 0; i < STEPS; i++) {
        world.step();
      }
      world.drain();
      world.check("-Dweft.seed=" + seed);
      done += world.ended.values().stream().filter(Answer.Done.class::isInstance).count();
      assertEquals(0, world.ledger.underWay(), "credit that was not given back, seed " + seed);
    }
    assertTrue(done > SEEDS * 10, "few requests were answered: " + done);
  }
}
