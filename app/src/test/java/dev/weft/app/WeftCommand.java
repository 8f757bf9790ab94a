package dev.weft.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a {@code weft} in a process of its own, which starts as quickly as it can.
 */
final class WeftCommand {

  private static final List<String> OPTIONS =
      List.of(
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  private WeftCommand() {}

  /**
   * @param home where it keeps what it keeps
   * @param flags further options of the JVM
   * @param args of {@code weft}
   */
  static List<String> of(Path home, List<String> flags, List<String> args) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(OPTIONS);
    words.add("-Dweft.home=" + home);
    words.addAll(flags);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(args);
    return words;
  }

  static List<String> of(Path home, String... args) {
    return of(home, List.of(), List.of(args));
  }
}
