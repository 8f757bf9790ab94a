package dev.weft.app;

import dev.weft.app.home.WeftJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a {@code weft} in a process of its own, which starts as quickly as it can.
 */
final class WeftCommand {

  private WeftCommand() {}

  /**
   * @param home where it keeps what it keeps
   * @param flags further options of the JVM
   * @param args of {@code weft}
   */
  static List<String> of(Path home, List<String> flags, List<String> args) {
    Packed.use();
    var options = new ArrayList<>(List.of("-Dweft.home=" + home));
    options.addAll(flags);
    var words = WeftJvm.command(options, Main.class.getName());
    words.addAll(args);
    return words;
  }

  static List<String> of(Path home, String... args) {
    return of(home, List.of(), List.of(args));
  }
}
