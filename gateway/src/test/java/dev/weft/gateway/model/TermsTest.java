package dev.weft.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.sequence.SequenceStep;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.fabric.session.Signals;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.Parameter;
import dev.weft.gateway.protocol.Parameters;
import dev.weft.gateway.protocol.ProtocolException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TermsTest {

  private static final SignalSchema NONE = new SignalSchema(Map.of());

  private record Visitor(String place, int age, boolean hurries) {}

  @Test
  void priorityIsALaneAndNoneIsThePipelinesOwn() {
    assertEquals(Optional.empty(), terms("priority", whole("0")).lane());
    assertEquals(Optional.of(Lane.PERCEPTION), terms("priority", whole("1")).lane());
    assertEquals(Optional.of(Lane.INTERACTIVE), terms("priority", whole("2")).lane());
    assertEquals(Optional.of(Lane.BACKGROUND), terms("priority", whole("3")).lane());
    var most = whole("18446744073709551615");
    assertEquals(Optional.of(Lane.BACKGROUND), terms("priority", most).lane());
  }

  @Test
  void timeoutIsInMicrosecondsAndBounded() {
    assertEquals(Optional.empty(), terms("timeout", whole("0")).deadline());
    assertEquals(Optional.of(Duration.ofMillis(5)), terms("timeout", whole("5000")).deadline());
    var most = whole("18446744073709551615");
    assertEquals(Optional.of(Terms.TIMEOUT_MAX), terms("timeout", most).deadline());
  }

  @Test
  void sessionAndTenantAreAttributesOfTheFrame() {
    var terms =
        Terms.of(
            new Parameters(
                "request",
                Map.of(
                    "weft_session", new Parameter.Text("s"),
                    "weft_tenant", new Parameter.Text("t"),
                    "other", new Parameter.Text("o"))),
            NONE);
    assertEquals(Map.of("session", "s", "tenant", "t"), terms.attributes());
    var request = terms.request(Map.of());
    assertEquals(terms.attributes(), request.attributes());
  }

  @Test
  void theTenantIsTheOneThatIsSetAndTheRestStays() {
    var named = terms("weft_tenant", new Parameter.Text("t"));
    assertEquals(Optional.of("t"), named.tenant());
    assertEquals(Map.of("tenant", "u"), named.withTenant(Optional.of("u")).attributes());
    assertEquals(Map.of(), named.withTenant(Optional.empty()).attributes());
    var other = terms("weft_session", new Parameter.Text("s"));
    assertEquals(Optional.empty(), other.tenant());
    assertEquals(
        Map.of("session", "s", "tenant", "u"), other.withTenant(Optional.of("u")).attributes());
  }

  @Test
  void signalsThatAreDeclaredAreAttributesOfTheFrame() {
    var declared = Signals.of(Visitor.class).withTextsOf(8).schema();
    var told =
        Map.of(
            "weft_signal_place", new Parameter.Text("door"),
            "weft_signal_age", whole("41"),
            "weft_signal_hurries", new Parameter.Flag(true));
    assertEquals(
        Map.of("place", "door", "age", "41", "hurries", "true"),
        Terms.of(new Parameters("request", told), declared).attributes());
    refusedSignal(
        declared, "weft_signal_age", new Parameter.Text("old"), "TEXT (expected: NUMBER)");
    refusedSignal(declared, "weft_signal_place", new Parameter.Text("the window"), "10 bytes");
    refusedSignal(declared, "weft_signal_place", new Parameter.Other(), "an array or an object");
    refusedSignal(
        declared, "weft_signal_tenant", new Parameter.Text("t"), "one of [age, hurries, place]");
    refusedSignal(declared, "weft_signal_", new Parameter.Flag(true), "signal ''");
    refusedSignal(
        declared,
        "weft_signal_age",
        new Parameter.Real(Double.POSITIVE_INFINITY),
        "Infinity (expected: a finite number)");
    refusedSignal(declared, "weft_signal_age", whole("9".repeat(400)), "a finite number");
    refusedSignal(NONE, "weft_signal_place", new Parameter.Text("door"), "one of []");
  }

  private static void refusedSignal(
      SignalSchema declared, String name, Parameter value, String why) {
    var parameters = new Parameters("request", Map.of(name, value));
    var problem = assertThrows(ProtocolException.class, () -> Terms.of(parameters, declared));
    assertEquals(Fault.INVALID, problem.fault());
    var message = String.valueOf(problem.getMessage());
    assertTrue(message.startsWith("parameter '%s': ".formatted(name)), message);
    assertTrue(message.contains(why), message);
  }

  @Test
  void whatIsOfTheWrongKindOrTooLongIsRefused() {
    refused(Fault.INVALID, "priority", new Parameter.Text("high"));
    refused(Fault.INVALID, "priority", whole("-1"));
    refused(Fault.INVALID, "timeout", new Parameter.Real(1.5));
    refused(Fault.INVALID, "timeout", whole("18446744073709551616"));
    refused(Fault.INVALID, "weft_tenant", whole("1"));
    refused(Fault.INVALID, "weft_session", new Parameter.Text("s".repeat(129)));
    refused(Fault.INVALID, "weft_session", new Parameter.Text(""));
  }

  @Test
  void aSequenceIsASessionUnlessThatIsNamedApart() {
    var most = terms("sequence_id", whole("18446744073709551615"));
    assertEquals(
        Optional.of(new SequenceStep("18446744073709551615", false, false)), most.sequence());
    assertEquals(Map.of("session", "18446744073709551615"), most.attributes());
    var all =
        Terms.of(
            new Parameters(
                "request",
                Map.of(
                    "sequence_id", new Parameter.Text("seven"),
                    "sequence_start", new Parameter.Flag(true),
                    "sequence_end", new Parameter.Flag(true),
                    "weft_session", new Parameter.Text("s"))),
            NONE);
    assertEquals(Optional.of(new SequenceStep("seven", true, true)), all.sequence());
    assertEquals(Map.of("session", "s"), all.attributes());
    assertEquals(all.sequence(), all.within(Duration.ofSeconds(1)).sequence());
    assertEquals(all.sequence(), all.withTenant(Optional.of("t")).sequence());
  }

  @Test
  void whatClientsSendForNoSequenceIsNone() {
    assertEquals(Map.of(), terms("sequence_id", whole("0")).attributes());
    assertEquals(Optional.empty(), terms("sequence_id", new Parameter.Text("")).sequence());
    assertEquals(Optional.empty(), terms("sequence_end", new Parameter.Flag(false)).sequence());
    refused(Fault.INVALID, "sequence_start", new Parameter.Flag(true));
    refused(Fault.INVALID, "sequence_id", whole("-1"));
    refused(Fault.INVALID, "sequence_id", new Parameter.Text("s".repeat(129)));
  }

  private static void refused(Fault fault, String name, Parameter value) {
    var problem = assertThrows(ProtocolException.class, () -> terms(name, value));
    assertEquals(fault, problem.fault());
  }

  private static Terms terms(String name, Parameter value) {
    return Terms.of(new Parameters("request", Map.of(name, value)), NONE);
  }

  private static Parameter whole(String number) {
    return new Parameter.Whole(new BigInteger(number));
  }

  @Test
  void theSoonerOfTwoEndsHolds() {
    var open = Terms.of(new Parameters("request", Map.of()), NONE);
    assertEquals(Optional.of(Duration.ofSeconds(2)), open.within(Duration.ofSeconds(2)).deadline());
    assertEquals(Optional.of(Terms.TIMEOUT_MAX), open.within(Duration.ofDays(300_000)).deadline());
    var own =
        Terms.of(
            new Parameters(
                "request", Map.of("timeout", new Parameter.Whole(BigInteger.valueOf(3_000_000)))),
            NONE);
    assertEquals(Optional.of(Duration.ofSeconds(2)), own.within(Duration.ofSeconds(2)).deadline());
    assertEquals(Optional.of(Duration.ofSeconds(3)), own.within(Duration.ofSeconds(4)).deadline());
  }
}
