package dev.weft.app;

import dev.weft.app.command.WeftCommand;
import dev.weft.app.console.Console;
import dev.weft.app.home.Home;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Starts the command line. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.exit(run(new Console(out, err, isLive()), home(), args));
  }

  /**
   * Runs one command with the project's own folder from {@code -Dweft.home}.
   *
   * @return the exit code
   */
  public static int run(PrintStream out, PrintStream err, String... args) {
    return run(new Console(out, err, false), home(), args);
  }

  /**
   * Runs one command.
   *
   * @param home folder whose {@code .weft} keeps locks, sockets and downloads
   * @return the exit code
   */
  public static int run(Console console, Path home, String... args) {
    return WeftCommand.line(console, new Home(home)).execute(args);
  }

  /** Whether stderr is a terminal on which lines may be drawn over, as {@code ./weft} saw it. */
  private static boolean isLive() {
    var terminals = List.of(System.getProperty("weft.terminal", "").split(","));
    var term = System.getenv().getOrDefault("TERM", "dumb");
    return terminals.contains("err") && !term.equals("dumb");
  }

  private static Path home() {
    return Path.of(System.getProperty("weft.home", "")).toAbsolutePath();
  }
}
