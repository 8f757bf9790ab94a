package dev.weft.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.app.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The command line with its streams caught. */
final class Cli {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path home;

  Cli(Path home) {
    this.home = home;
  }

  /** What is there once a command has ended. */
  record Ended(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  static Ended run(Path home, String... args) {
    return new Cli(home).run(args);
  }

  Ended run(String... args) {
    var console =
        new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
    var code = Main.run(console, home, args);
    return new Ended(code, out(), err());
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }
}
