package dev.weft.app.tracing;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.fabric.trace.Fingerprint;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.fabric.trace.FrameRecord.StepRecord;
import dev.weft.fabric.trace.TensorRecord;
import dev.weft.fabric.trace.TraceRecord;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import dev.weft.fabric.trace.TraceRecord.Content;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.fabric.trace.TraceRecord.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints records of a trace, for people or as objects. */
public final class TracePrint {

  private static final int DIGEST_SHOWN = 12;

  private final Console console;
  private final boolean isJson;

  public TracePrint(Console console, boolean isJson) {
    this.console = console;
    this.isJson = isJson;
  }

  /**
   * @param isWhole whether to print all that is known of a frame instead of a line
   */
  public void show(TraceRecord record, boolean isWhole) {
    switch (record) {
      case FrameRecord frame when isJson -> console.json(object(frame));
      case FrameRecord frame when isWhole -> whole(frame);
      case FrameRecord frame -> console.line(line(frame));
      case Loss loss when isJson -> console.json(object(loss));
      case Loss loss -> console.line(text(loss));
      case Deployment deployment when !isJson ->
          console.line(
              "pipeline '%s', manifest %s, from %s"
                  .formatted(
                      deployment.pipeline(),
                      brief(deployment.manifestDigest()),
                      deployment.origin()));
      case Fingerprint print when !isJson ->
          console.line(
              "fingerprint %s: %s, ONNX Runtime %s, %s"
                  .formatted(
                      brief(print.id()),
                      Amount.count(print.variants().size(), "variant"),
                      print.environment().onnxRuntime(),
                      print.environment().virtualMachine()));
      case Checkpoint checkpoint when !isJson ->
          console.line(
              "session '%s': checkpoint through frame %d"
                  .formatted(checkpoint.session(), checkpoint.through()));
      case Content _, Deployment _, Fingerprint _, Checkpoint _ -> {}
    }
  }

  /** A gap in one line. */
  public static String text(Loss loss) {
    if (loss.isDamage()) {
      return loss.reason();
    }
    var what = loss.isOfRecords() ? "record" : "frame";
    return "lost: %s%s%s: %s"
        .formatted(
            loss.frames() == 0
                ? "an unknown number of %ss".formatted(what)
                : Amount.count(loss.frames(), what),
            whose(loss),
            loss.last() == 0 ? "" : ", numbers %d to %d".formatted(loss.first(), loss.last()),
            loss.reason());
  }

  private static String whose(Loss loss) {
    if (!loss.pipeline().isEmpty()) {
      return " of '" + loss.pipeline() + "'";
    }
    return loss.isOfRecords() ? " of the buffer" : " of several pipelines";
  }

  /** As an object for {@code --json}. */
  public static Map<String, Object> object(Loss loss) {
    var object = new LinkedHashMap<String, Object>();
    object.put("lost", text(loss));
    object.put("reason", loss.reason());
    if (!loss.isDamage()) {
      object.put(loss.isOfRecords() ? "records" : "frames", loss.frames());
    }
    return object;
  }

  private static String line(FrameRecord frame) {
    return "%d  %s  %s%s  %s %s  %s%s"
        .formatted(
            frame.number(),
            frame.admittedAt(),
            frame.pipeline(),
            frame.session().isEmpty() ? "" : " " + frame.session(),
            frame.answer().kind(),
            frame.answer().reason(),
            frame.steps().stream()
                .map(
                    step ->
                        step.decision().isRun() ? step.name() : step.name() + ":" + step.decision())
                .collect(Collectors.joining(" ")),
            frame.isDeferred() ? "  [deferred]" : "");
  }

  private void whole(FrameRecord frame) {
    console.line(line(frame));
    console.line(
        "  lane %s, epoch %d, seed %d, fingerprint %s, cost %s ms"
            .formatted(
                frame.lane().word(),
                frame.epoch(),
                frame.seed(),
                brief(frame.fingerprint()),
                Amount.millis(frame.cost())));
    new TreeMap<>(frame.routing().rules())
        .forEach((gate, rule) -> console.line("  gate %s: %s".formatted(gate, rule)));
    if (!frame.routing().route().isEmpty()) {
      console.line("  route " + frame.routing().route());
    }
    frame.inputs().forEach(tensor -> console.line("  in   " + text(tensor)));
    for (var step : frame.steps()) {
      console.line("  step " + text(step));
      step.outputs().forEach(tensor -> console.line("         " + text(tensor)));
    }
    frame.answer().outputs().forEach(tensor -> console.line("  out  " + text(tensor)));
  }

  private static String text(StepRecord step) {
    return "%s  %s%s%s%s"
        .formatted(
            step.name(),
            step.decision(),
            step.stage().isEmpty() ? "" : " " + step.stage() + "@" + step.variant(),
            step.batch().isEmpty() ? "" : " with frames " + step.batch(),
            step.error().isEmpty() ? "" : " " + step.error());
  }

  private static String text(TensorRecord tensor) {
    var kept =
        switch (tensor.kept()) {
          case TensorRecord.NotKept _ -> "";
          case TensorRecord.Beside _, TensorRecord.Inline _ -> ", content kept";
          case TensorRecord.Redacted _ -> ", redacted";
        };
    return "%s %s%s %s%s"
        .formatted(tensor.name(), tensor.datatype(), tensor.shape(), brief(tensor.digest()), kept);
  }

  private static Map<String, Object> object(FrameRecord frame) {
    var object = new LinkedHashMap<String, Object>();
    object.put("pipeline", frame.pipeline());
    object.put("session", frame.session());
    object.put("tenant", frame.tenant());
    object.put("epoch", frame.epoch());
    object.put("number", frame.number());
    object.put("admittedAt", frame.admittedAt().toString());
    object.put("lane", frame.lane().word());
    object.put("seed", frame.seed());
    object.put("fingerprint", frame.fingerprint());
    object.put("gates", frame.routing().gates());
    object.put("gateRules", frame.routing().rules());
    object.put("route", frame.routing().route());
    object.put("inputs", digests(frame.inputs()));
    object.put("steps", frame.steps().stream().map(TracePrint::object).toList());
    object.put("answer", frame.answer().kind().name());
    object.put("reason", frame.answer().reason());
    object.put("outputs", digests(frame.answer().outputs()));
    object.put("costNanos", frame.cost().toNanos());
    object.put("deferred", frame.isDeferred());
    return object;
  }

  private static Map<String, Object> object(StepRecord step) {
    var object = new LinkedHashMap<String, Object>();
    object.put("step", step.name());
    object.put("decision", step.decision().name());
    object.put("stage", step.stage());
    object.put("variant", step.variant());
    object.put("batch", step.batch());
    object.put("outputs", digests(step.outputs()));
    object.put("ranNanos", step.ran().toNanos());
    object.put("error", step.error());
    return object;
  }

  private static Map<String, String> digests(List<TensorRecord> tensors) {
    var digests = new LinkedHashMap<String, String>();
    tensors.forEach(tensor -> digests.put(tensor.name(), tensor.digest()));
    return digests;
  }

  private static String brief(String digest) {
    return digest.length() > DIGEST_SHOWN ? digest.substring(0, DIGEST_SHOWN) : digest;
  }
}
