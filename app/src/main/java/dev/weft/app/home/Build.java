package dev.weft.app.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What this build is made of.
 *
 * @param commit hash it was built of, with {@code +} if sources differed; empty if unknown
 */
public record Build(String version, Optional<String> commit, String akka, String onnxruntime) {

  private static final String RESOURCE = "/dev-weft-app.properties";

  public static Build of(Home home) {
    var facts = facts();
    return new Build(
        fact(facts, "version"), commit(home), fact(facts, "akka"), fact(facts, "onnxruntime"));
  }

  private static String fact(Map<String, String> facts, String name) {
    return facts.getOrDefault(name, "unknown");
  }

  private static Map<String, String> facts() {
    try (var in = Build.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + ": not on the class path");
      }
      var properties = new Properties();
      properties.load(in);
      var facts = new TreeMap<String, String>();
      properties.forEach((name, value) -> facts.put(name.toString(), value.toString()));
      return facts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a distribution, which stands in no checkout, as its launcher says. */
  private static Optional<String> commit(Home home) {
    var told = Optional.ofNullable(System.getProperty("weft.commit"));
    return told.isPresent() ? told : commitBuilt(home);
  }

  private static Optional<String> commitBuilt(Home home) {
    try {
      var hash = Files.readString(home.buildStamp()).strip();
      return hash.matches("[0-9a-f]{7,40}\\+?") ? Optional.of(hash) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
