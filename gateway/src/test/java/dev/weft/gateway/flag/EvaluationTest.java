package dev.weft.gateway.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.routing.Flag;
import dev.weft.fabric.routing.FlagRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {

  private static final EvaluationContext NOBODY = EvaluationContext.of("{}");

  private static Flag flag(String rule, boolean isDeclared) {
    return new Flag("p.g", "session", FlagRule.of(rule).orElseThrow(), isDeclared);
  }

  private static EvaluationContext context(String fields) {
    return EvaluationContext.of("{\"context\": {" + fields + "}}");
  }

  @ParameterizedTest
  @CsvSource({
    "on, true, true, DEFAULT",
    "off, true, false, DEFAULT",
    "on, false, true, STATIC",
    "off, false, false, STATIC"
  })
  void aFixedFlagNeedsNoKey(String rule, boolean isDeclared, boolean value, String reason) {
    var answer = Evaluation.of("g", flag(rule, isDeclared), NOBODY);
    assertEquals(200, answer.status());
    assertEquals("g", answer.object().get("key"));
    assertEquals(value, answer.object().get("value"));
    assertEquals(rule, answer.object().get("variant"));
    assertEquals(reason, answer.object().get("reason"));
  }

  @Test
  void aShareSticksToTheAttributeBeforeTheTargetingKey() {
    var half = flag("50%", false);
    for (var i = 0; i < 200; i++) {
      var on = half.isOn("s" + i);
      for (var fields :
          List.of(
              "\"session\": \"s%d\"".formatted(i),
              "\"targetingKey\": \"s%d\"".formatted(i),
              "\"targetingKey\": \"other\", \"session\": \"s%d\"".formatted(i))) {
        var answer = Evaluation.of("p.g", half, context(fields));
        assertEquals(on, answer.object().get("value"), fields);
        assertEquals("SPLIT", answer.object().get("reason"));
      }
    }
  }

  @Test
  void aShareWithoutAKeyFailsByItselfAmongAllFlags() {
    var half = flag("50%", false);
    var alone = Evaluation.of("p.g", half, NOBODY);
    assertEquals(400, alone.status());
    assertEquals("TARGETING_KEY_MISSING", alone.object().get("errorCode"));
    var on = new Flag("p.h", "session", FlagRule.ON, true);
    var all = Evaluation.of(List.of(half, on), NOBODY);
    assertEquals(200, all.status());
    var flags = (List<?>) all.object().getOrDefault("flags", List.of());
    assertEquals(List.of("p.g", "p.h"), flags.stream().map(each -> field(each, "key")).toList());
    assertEquals("TARGETING_KEY_MISSING", field(flags.getFirst(), "errorCode"));
    assertEquals(true, field(flags.getLast(), "value"));
  }

  private static Object field(Object flag, String name) {
    return flag instanceof Map<?, ?> map && map.containsKey(name) ? map.get(name) : "none";
  }

  @Test
  void theTagChangesWithEveryRuleAndIsEqualForEqualOnes() {
    var tag = Evaluation.of(List.of(flag("10%", false)), context("\"targetingKey\": \"k\"")).tag();
    assertEquals(
        tag, Evaluation.of(List.of(flag("10%", false)), context("\"targetingKey\": \"k\"")).tag());
    for (var rule : List.of("on", "off", "10.01%")) {
      var other = Evaluation.of(List.of(flag(rule, false)), context("\"targetingKey\": \"k\""));
      assertNotEquals(tag, other.tag());
    }
  }

  @Test
  void aKnownTagIsFoundInAnyFormOfTheHeader() {
    var answer = Evaluation.of(List.of(flag("on", true)), NOBODY);
    assertTrue(answer.isKnown(List.of(answer.tag())));
    assertTrue(answer.isKnown(List.of("\"x\", W/" + answer.tag())));
    assertTrue(answer.isKnown(List.of("*")));
    assertFalse(answer.isKnown(List.of("\"x\"", "")));
    assertFalse(answer.isKnown(List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing|PARSE_ERROR",
        "[]|PARSE_ERROR",
        "{\"context\": 7}|INVALID_CONTEXT",
        "{\"context\": []}|INVALID_CONTEXT",
        "{\"context\": {\"targetingKey\": 7}}|INVALID_CONTEXT",
        "{\"context\": {\"targetingKey\": {}}}|INVALID_CONTEXT"
      })
  void whatIsNoContextIsRefused(String body, String code) {
    var refused = assertThrows(EvaluationException.class, () -> EvaluationContext.of(body));
    assertEquals(code, refused.code().name());
  }

  @Test
  void aKeyThatIsTooLongIsRefused() {
    var most = "x".repeat(EvaluationContext.KEY_LENGTH_MAX);
    assertEquals(
        Optional.of(most), context("\"targetingKey\": \"%s\"".formatted(most)).targetingKey());
    assertThrows(
        EvaluationException.class, () -> context("\"targetingKey\": \"%sx\"".formatted(most)));
  }

  @Test
  void whatCannotBeAnAttributeDecidesNothing() {
    var context = context("\"a\": {\"b\": 1}, \"c\": [1], \"d\": 1.5, \"e\": null, \"f\": 7");
    assertEquals(Map.of("f", "7"), context.attributes());
    assertEquals(Optional.empty(), EvaluationContext.of("").targetingKey());
    assertEquals(Optional.empty(), context("\"targetingKey\": \"\"").targetingKey());
  }

  @Test
  void theTenantIsTheOneTheRequestWouldBeRunFor() {
    var context = context("\"tenant\": \"acme\", \"session\": \"s\"");
    assertEquals(Optional.of("acme"), context.tenant());
    assertEquals(
        Map.of("session", "s", "tenant", "globex"),
        context.withTenant(Optional.of("globex")).attributes());
    assertEquals(Map.of("session", "s"), context.withTenant(Optional.empty()).attributes());
  }
}
