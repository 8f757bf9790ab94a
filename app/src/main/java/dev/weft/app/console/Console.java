package dev.weft.app.console;

import dev.weft.fabric.json.Json;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Where the command line prints: results on {@code out}, everything else on {@code err}.
 *
 * @param isLive whether {@code err} is a terminal on which a line may be drawn over
 */
public record Console(PrintStream out, PrintStream err, boolean isLive) {

  /** Prints a line of the result. */
  public void line(String text) {
    out.println(text);
  }

  /** Prints one JSON object as a line of the result. */
  public void json(Map<String, ?> object) {
    out.println(Json.write(object));
  }

  /** Prints a line for a person, beside the result. */
  public void note(String text) {
    err.println(text);
  }

  /** Prints rows as columns of equal width, as a part of the result. */
  public void table(List<String> head, List<List<String>> rows) {
    Table.lines(head, rows).forEach(out::println);
  }

  /** Starts to show how far some work is. */
  public Progress progress() {
    return new Progress(err, isLive, System::nanoTime);
  }
}
