package dev.weft.stages.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a stage process is started: this Java, this class path, few options, little environment.
 *
 * <p>The class path travels in the environment, so the command line stays short whatever its length
 * and no file has to be written, quoted and deleted. Variables such as {@code JAVA_TOOL_OPTIONS}
 * are left out too: a debugger or agent of the parent's would be opened a second time.
 */
final class ChildCommand {

  /** The variables a process is given, so that no secret of the parent's goes with them. */
  private static final Set<String> KEPT =
      Set.of(
          "PATH",
          "HOME",
          "TMPDIR",
          "TMP",
          "TEMP",
          "LANG",
          "TZ",
          "LD_LIBRARY_PATH",
          "SystemRoot",
          "CUDA_HOME",
          "CUDA_PATH",
          "CUDA_VISIBLE_DEVICES",
          "NVIDIA_VISIBLE_DEVICES",
          "NVIDIA_DRIVER_CAPABILITIES");

  /** And those that begin so. */
  private static final List<String> KEPT_FAMILIES = List.of("LC_", "DYLD_", "ORT_", "OMP_");

  private ChildCommand() {}

  static ProcessBuilder of(String mainClass, ProcessSettings settings, Path channel) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var words = new ArrayList<String>();
    words.add(java);
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.add("-Xmx" + settings.heapBytes());
    words.add("-XX:+UseSerialGC");
    words.add("-XX:-UsePerfData");
    words.add("-XX:+ExitOnOutOfMemoryError");
    words.add("-XX:ErrorFile=/dev/null");
    words.add("-Djava.awt.headless=true");
    words.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    words.add(mainClass);
    words.add(channel.toString());
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    keep(builder.environment());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder;
  }

  private static void keep(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(
            name -> !KEPT.contains(name) && KEPT_FAMILIES.stream().noneMatch(name::startsWith));
  }
}
