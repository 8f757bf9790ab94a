package dev.weft.fabric.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.session.SignalSchema.Declared;
import dev.weft.fabric.session.SignalSchema.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SignalsTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  private enum Mood {
    GLAD,
    SAD
  }

  private record Visitor(
      String place, double distance, boolean hurries, Optional<Integer> age, Optional<Mood> mood) {}

  private record Count(int count, long total) {}

  private record Picky(int count) {
    Picky {
      if (count < 0) {
        throw new IllegalArgumentException("below zero");
      }
    }
  }

  @Test
  void aComponentIsASignalOfItsNameAndKind() {
    var ttl = Duration.ofMinutes(5);
    var schema = Signals.of(Visitor.class).lasting(ttl).withTextsOf(10).schema();
    assertEquals(
        Map.of(
            "place", new Declared(Kind.TEXT, ttl, 10),
            "distance", new Declared(Kind.NUMBER, ttl, 1),
            "hurries", new Declared(Kind.TRUTH, ttl, 1),
            "age", new Declared(Kind.NUMBER, ttl, 1),
            "mood", new Declared(Kind.TEXT, ttl, 10)),
        schema.signals());
  }

  @Test
  void whatARecordSaysComesBackFromASession() {
    var signals = Signals.of(Visitor.class);
    for (var visitor :
        List.of(
            new Visitor("door", 1.5, true, Optional.of(41), Optional.of(Mood.SAD)),
            new Visitor("", -2, false, Optional.empty(), Optional.empty()))) {
      assertEquals(visitor, signals.in(context(signals.values(visitor)), NOON));
    }
  }

  @Test
  void asAttributesWholeNumbersHaveNoPoint() {
    var visitor = new Visitor("door", 3, true, Optional.of(41), Optional.of(Mood.GLAD));
    assertEquals(
        Map.of("place", "door", "distance", "3", "hurries", "true", "age", "41", "mood", "GLAD"),
        Signals.of(Visitor.class).attributes(visitor));
    assertEquals("0.1", new SignalValue.Number(0.1).attribute());
    assertEquals("1.0E16", new SignalValue.Number(1e16).attribute());
  }

  @Test
  void whatIsNoSignalIsRefusedWithItsPlace() {
    record Nested(List<String> places) {}
    record Raw(Optional<List<String>> places) {}
    record Reserved(String tenant) {}
    record Nothing() {}
    refused("Nested.places: java.util.List<java.lang.String> (", () -> Signals.of(Nested.class));
    refused("Raw.places: ", () -> Signals.of(Raw.class));
    refused("Reserved.tenant: 'tenant' is an attribute", () -> Signals.of(Reserved.class));
    refused("Nothing: no components", () -> Signals.of(Nothing.class));
  }

  @Test
  void whatARecordCannotSayIsRefused() {
    var signals = Signals.of(Visitor.class);
    refused(
        "Visitor.distance: NaN",
        () ->
            signals.values(
                new Visitor("door", Double.NaN, true, Optional.empty(), Optional.empty())));
    refused(
        "Count.total: 9007199254740993",
        () -> Signals.of(Count.class).values(new Count(1, 9007199254740993L)));
    refused(
        "Count.total: " + Long.MAX_VALUE,
        () -> Signals.of(Count.class).values(new Count(1, Long.MAX_VALUE)));
  }

  @Test
  void whatASessionDoesNotHoldIsRefusedUnlessItMayBeAbsent() {
    var signals = Signals.of(Visitor.class);
    refused("Visitor.place: not told", () -> signals.in(SessionContext.empty(), NOON));
    var visitor = new Visitor("door", 1, true, Optional.empty(), Optional.empty());
    var context = context(signals.values(visitor));
    refused("Visitor.place: not told", () -> signals.in(context, NOON.plusSeconds(61)));
  }

  @Test
  void whatASessionHoldsOtherwiseIsRefused() {
    var counts = Signals.of(Count.class);
    Map<String, SignalValue> whole =
        Map.of("count", new SignalValue.Number(7), "total", new SignalValue.Number(1e12));
    assertEquals(new Count(7, 1_000_000_000_000L), counts.in(context(whole), NOON));
    refused(
        "Count.count: 1.5 (expected: int)",
        () -> counts.in(context(Map.of("count", new SignalValue.Number(1.5))), NOON));
    Map<String, SignalValue> large =
        Map.of("count", new SignalValue.Number(7), "total", new SignalValue.Number(1e19));
    refused("Count.total: 1.0E19 (expected: long)", () -> counts.in(context(large), NOON));
    refused(
        "(expected: NUMBER)",
        () -> counts.in(context(Map.of("count", new SignalValue.Truth(true))), NOON));
    refused(
        "Picky: refused by itself",
        () ->
            Signals.of(Picky.class).in(context(Map.of("count", new SignalValue.Number(-1))), NOON));
  }

  @Test
  void aNodeTakesMoreSignalsButNoneOtherwise() {
    var registry = SignalRegistry.from(ConfigFactory.load());
    var counts = Signals.of(Count.class).schema();
    registry.declare(counts);
    registry.declare(counts);
    assertEquals(counts, registry.schema());
    record Other(String count, String more) {}
    refused(
        "signal 'count': TEXT of up to 256 bytes for PT1H (expected: NUMBER for PT1H)",
        () -> registry.declare(Signals.of(Other.class).schema()));
    assertEquals(counts, registry.schema());
    refused(
        "signal 'tenant' is an attribute of every frame",
        () -> new SignalSchema(Map.of("tenant", counts.signals().get("count"))));
  }

  private static SessionContext context(Map<String, SignalValue> told) {
    var signals =
        told.entrySet().stream()
            .map(each -> new Signal(each.getKey(), each.getValue(), NOON.plusSeconds(60)))
            .toList();
    return SessionContext.empty().observe(signals, NOON);
  }

  private static void refused(String why, Executable done) {
    var problem = assertThrows(IllegalArgumentException.class, done);
    assertTrue(String.valueOf(problem.getMessage()).contains(why), problem.getMessage());
  }
}
