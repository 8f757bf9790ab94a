package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.VariantText;
import dev.weft.cluster.codec.Named;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.json.Json;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Takes what a region tells this node of rollouts, a JSON object, and answers where the node
 * stands, another one. It is asked over the data link, so by whom that lets in.
 */
public final class InstructionDesk implements Handler {

  /** The kind of the requests. */
  public static final String KIND = "rollout";

  /** Who carries instructions out. */
  @FunctionalInterface
  public interface Follower {
    CompletionStage<NodeReport> tell(Instruction instruction, Duration patience);
  }

  private final Follower follower;

  public InstructionDesk(Follower follower) {
    this.follower = follower;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    var instruction = read(asked.payload());
    return follower
        .tell(instruction, asked.timeLeft())
        .thenApply(report -> new Answer.Done(bytes(object(report))));
  }

  /** What to ask. */
  static byte[] request(Instruction instruction) {
    var object = new LinkedHashMap<String, Object>();
    object.put("stage", instruction.stage());
    object.put("variant", instruction.variant());
    object.put("epoch", instruction.epoch());
    object.put("region", instruction.region().text());
    object.put("order", instruction.order().name());
    object.put("takenBack", instruction.takenBack());
    object.put("manifest", instruction.manifest());
    instruction.declared().ifPresent(declared -> object.put("declared", VariantText.of(declared)));
    return bytes(object);
  }

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static Instruction read(byte[] payload) {
    var object = Json.readObject(new String(payload, StandardCharsets.UTF_8));
    var takenBack = new ArrayList<Long>();
    if (object.get("takenBack") instanceof List<?> epochs) {
      epochs.forEach(epoch -> takenBack.add(number(Map.of("takenBack", epoch), "takenBack")));
    }
    return new Instruction(
        text(object, "stage"),
        text(object, "variant"),
        number(object, "epoch"),
        new SiteName(text(object, "region")),
        constant(Order.class, object, "order"),
        takenBack,
        text(object, "manifest"),
        object.containsKey("declared")
            ? Optional.of(VariantText.read(text(object, "declared")))
            : Optional.empty());
  }

  private static Map<String, Object> object(NodeReport report) {
    var object = new LinkedHashMap<String, Object>();
    object.put("epoch", report.epoch());
    object.put("region", report.region());
    object.put("order", report.order().name());
    object.put("standing", report.standing().known().name());
    object.put("brings", report.standing() == Standing.BRINGS);
    object.put("why", report.why());
    object.put("process", report.process());
    return object;
  }

  /**
   * What was answered.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  static NodeReport report(byte[] payload) {
    var object = Json.readObject(new String(payload, StandardCharsets.UTF_8));
    return new NodeReport(
        number(object, "epoch"),
        text(object, "region"),
        constant(Order.class, object, "order"),
        Standing.of(
            constant(Standing.class, object, "standing").name(),
            Boolean.TRUE.equals(object.get("brings"))),
        text(object, "why"),
        number(object, "process"));
  }

  private static String text(Map<String, Object> object, String field) {
    if (object.get(field) instanceof String text) {
      return text;
    }
    throw wrong(object, field, "a text");
  }

  private static long number(Map<String, Object> object, String field) {
    if (object.get(field) instanceof Long number) {
      return number;
    }
    throw wrong(object, field, "a whole number");
  }

  private static <E extends Enum<E>> E constant(
      Class<E> type, Map<String, Object> object, String field) {
    return Named.find(type, text(object, field))
        .orElseThrow(() -> wrong(object, field, List.of(type.getEnumConstants()).toString()));
  }

  private static IllegalArgumentException wrong(
      Map<String, Object> object, String field, String expected) {
    return new IllegalArgumentException(
        "%s: %s (expected: %s)".formatted(field, object.get(field), expected));
  }

  private static byte[] bytes(Map<String, Object> object) {
    return Json.write(object).getBytes(StandardCharsets.UTF_8);
  }
}
