package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.failure.WorkFailed;
import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft explain frame}: what happened to one frame of a running server. */
@Command(
    name = "frame",
    description = {
      "Tells what happened to a frame that a running 'weft serve' answered of late: what became of"
          + " it and why, which variants ran it, and what waited where.",
      "Its answer has the id in the header Weft-Frame."
    },
    footer = {"", "Examples:", "  weft explain frame kiosk:1429"})
final class ExplainFrameCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Console console;

  @Parameters(paramLabel = "ID", description = "The frame: its pipeline, a colon and a number.")
  private String frame = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server; default http://127.0.0.1:8000.")
  private String url = "http://127.0.0.1:8000";

  @Option(names = "--json", description = "Prints it as one JSON object.")
  private boolean isJson;

  ExplainFrameCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    var explained = ask();
    if (isJson) {
      console.json(explained);
      return ExitCode.OK;
    }
    console.line(
        "%s: %s after %s ms in the lane %s, at %s"
            .formatted(
                frame,
                explained.get("outcome"),
                explained.get("totalMillis"),
                explained.get("lane"),
                explained.get("at")));
    console.line(String.valueOf(explained.get("rule")));
    steps(objects(explained.get("steps")));
    for (var step : objects(explained.get("skipped"))) {
      console.line(
          "%s did not run: %s%s"
              .formatted(
                  step.get("step"),
                  step.get("reason"),
                  step.containsKey("flag")
                      ? " (%s: %s)".formatted(step.get("flag"), step.get("rule"))
                      : ""));
    }
    for (var step : objects(explained.get("degraded"))) {
      console.line("%s ran cheaper: %s".formatted(step.get("step"), step.get("variant")));
    }
    return ExitCode.OK;
  }

  private void steps(List<Map<?, ?>> steps) {
    var rows = new ArrayList<List<String>>();
    for (var step : steps) {
      rows.add(
          List.of(
              String.valueOf(step.get("step")),
              "%s@%s".formatted(step.get("stage"), step.get("variant")),
              String.valueOf(step.get("waitedMillis")),
              String.valueOf(step.get("ranMillis")),
              String.valueOf(step.get("batch"))));
    }
    if (!rows.isEmpty()) {
      console.table(List.of("step", "stage", "waited ms", "ran ms", "batch"), rows);
    }
  }

  private Map<String, Object> ask() throws InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(uri()).timeout(PATIENCE).build(), BodyHandlers.ofString());
      var object = Json.readObject(answer.body());
      if (answer.statusCode() != 200) {
        throw new WorkFailed(String.valueOf(object.getOrDefault("error", answer.statusCode())));
      }
      return object;
    } catch (IOException | IllegalArgumentException e) {
      var why = e.getMessage() == null ? "nobody answers" : e.getMessage();
      throw new WorkFailed("%s: %s (expected: a running 'weft serve')".formatted(url, why), e);
    }
  }

  private URI uri() {
    try {
      var id = URLEncoder.encode(frame, StandardCharsets.UTF_8);
      var uri = URI.create(url.replaceAll("/+$", "") + "/weft/v1/explain/" + id);
      if (uri.getHost() != null && uri.getScheme().matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new WrongUse("--url: '%s' (expected: http://HOST:PORT)".formatted(url));
    }
    throw new WrongUse("--url: '%s' (expected: http://HOST:PORT)".formatted(url));
  }

  private static List<Map<?, ?>> objects(@Nullable Object value) {
    var found = new ArrayList<Map<?, ?>>();
    if (value instanceof List<?> list) {
      list.forEach(each -> found.add((Map<?, ?>) each));
    }
    return found;
  }
}
