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
  private static final long STEP_NANOS = 1_000;
  private static final Duration TIME = Duration.ofDays(1);

  private final ExchangeSettings settings =
      TestSettings.quick(
          Map.of("part-bytes", 8, "remembered", Map.of("answers", 6, "bytes", 1_000)));

  /** One history. */
  private final class World {

    private final Random random;
    private final Ledger ledger = new Ledger(settings);
    private Source.Terms terms = terms();
    private Source source = new Source("peer", terms, 0);
    private boolean isUp;
    private final Deque<Runnable> toReceiver = new ArrayDeque<>();
    private final Deque<Runnable> toSender = new ArrayDeque<>();
    private final Map<Long, Asked> running = new HashMap<>();
    private final Map<Integer, Integer> runs = new HashMap<>();
    private final Map<Integer, Answer> ended = new HashMap<>();
    private final Map<Pending, Integer> names = new HashMap<>();
    private int asked;
    private long now;
    private boolean isGreeted;

    World(long seed) {
      random = new Random(seed);
    }

    private Source.Terms terms() {
      return new Source.Terms(
          settings,
          Set.of("k"),
          new Budget(1 << 30),
          new Budget(1 << 30),
          new Budget(1_000),
          Runnable::run);
    }

    void step() {
      now += STEP_NANOS;
      switch (random.nextInt(22)) {
        case 0, 1, 2, 3 -> ask();
        case 4, 5, 6, 7, 8 -> send();
        case 9, 10, 11, 12 -> arrive();
        case 13, 14 -> finish();
        case 15, 16 -> hear();
        case 17 -> giveUp();
        case 18 -> breakStream();
        case 19, 20 -> expire();
        default -> connect();
      }
    }

    private void ask() {
      asked++;
      var payload = new byte[4 + random.nextInt(40)];
      ByteBuffer.wrap(payload).putInt(asked);
      var isShort = random.nextInt(5) == 0;
      var time = isShort ? Duration.ofNanos(STEP_NANOS * (1 + random.nextInt(40))) : TIME;
      var pending = new Pending(new Request("k", random.nextInt(4), payload, time), now);
      names.put(pending, asked);
      var refused = ledger.add(pending);
      refused.ifPresent(answer -> end(pending, answer));
    }

    private void send() {
      if (isUp
          && ledger.next(now)
              instanceof Outgoing.Next.Part<Pending>(var pending, var offset, var content)) {
        var part = ExchangeCodec.request(pending, offset, content, now).getPart();
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
              ? source.begin(ExchangeCodec.header(part), part.getContent(), now)
              : source.part(sequence, part.getOffset(), part.getContent(), now);
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
              .complete(sequence, new Answer.Done(entry.getValue().payload()), now)
              .ifPresent(answer -> tell(sequence, answer));
          return;
        }
      }
    }

    private void tell(long sequence, Answer answer) {
      if (!isGreeted) {
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
        giveUp(waiting.get(random.nextInt(waiting.size())));
      }
    }

    private void giveUp(Pending pending) {
      ledger.giveUp(pending).ifPresent(this::cancel);
      end(pending, new Answer.Refused(Reason.TIMED_OUT, pending.isSent(), ""));
    }

    private void cancel(long sequence) {
      toReceiver.add(
          () -> source.cancel(sequence, now).ifPresent(refused -> tell(sequence, refused)));
    }

    /** What is too late is given up at either side, whichever looks first. */
    private void expire() {
      if (random.nextBoolean()) {
        source.expire(now).forEach(this::tell);
        return;
      }
      for (var pending : List.copyOf(names.keySet())) {
        if (!ended.containsKey(names.get(pending)) && now - pending.deadlineNanos() >= 0) {
          giveUp(pending);
        }
      }
    }

    private void breakStream() {
      isUp = false;
      isGreeted = false;
      toReceiver.clear();
      toSender.clear();
      ledger.broken();
      if (random.nextInt(4) == 0) {
        ledger.refuseUnsent(Reason.UNREACHABLE, "").forEach(this::end);
      }
      if (random.nextInt(6) == 0) {
        // The receiver is started anew, and what ran has ended with it.
        terms = terms();
        source = new Source("peer", terms, now);
        running.clear();
      }
    }

    private void connect() {
      if (isGreeted) {
        return;
      }
      isGreeted = true;
      var awaited = ledger.offer();
      toReceiver.add(() -> greet(awaited));
    }

    private void greet(List<Long> awaited) {
      var wasKnown = source.isKnown();
      var resumed = source.resume(awaited);
      var through = source.through();
      toSender.add(
          () -> {
            isUp = true;
            ledger.welcomed(wasKnown, through, resumed.lost()).forEach(this::end);
            ledger.givenUp().forEach(this::cancel);
          });
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
        expire();
        hear();
      }
    }

    /** Also what nobody waits for any more ends at the receiver. */
    void settle() {
      connect();
      while (!toReceiver.isEmpty()) {
        arrive();
      }
      while (!running.isEmpty()) {
        finish();
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
      world.settle();
      assertEquals(0, world.terms.arriving().taken(), "bytes not given back, seed " + seed);
      assertEquals(0, world.terms.running().taken(), "runs not given back, seed " + seed);
    }
    assertTrue(done > SEEDS * 10, "few requests were answered: " + done);
  }
}
