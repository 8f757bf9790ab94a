package dev.weft.app.home;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How further processes of this build are started: by the same JDK, jars and cache of a quick
 * start.
 */
public final class WeftJvm {

  /**
   * The system property that names a file of options (an argument file of {@code java}) with a
   * class path, for processes that do not start as this one did: tests run what was packed.
   */
  public static final String OPTIONS = "weft.jvm.options";

  private static final List<String> QUICK_START =
      List.of("-XX:AOT", "-Xlog:aot", "-Xlog:cds", "-Donnxruntime.native.path=");

  private WeftJvm() {}

  /**
   * The command that runs a class; what it is given comes after.
   *
   * @param flags further options of the JVM
   */
  public static List<String> command(List<String> flags, String mainClass) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1"));
    command.addAll(
        Optional.ofNullable(System.getProperty(OPTIONS))
            .map(file -> List.of("@" + file))
            .orElseGet(WeftJvm::ownOptions));
    command.addAll(flags);
    command.add(mainClass);
    return command;
  }

  private static List<String> ownOptions() {
    var options = new ArrayList<String>();
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> QUICK_START.stream().anyMatch(option::startsWith))
        .forEach(options::add);
    options.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return options;
  }
}
