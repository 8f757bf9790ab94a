package dev.weft.app.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/**
 * A piece of Java in a page of the docs.
 *
 * @param imports that a reader has to think up
 */
record Snippet(String code, String imports) {

  private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));

  /** What stands in {@code file} under the mark {@code snippet: name}. */
  static Snippet of(String file, String name, String imports) throws IOException {
    var page = Files.readString(ROOT.resolve(file));
    var begin = page.indexOf("<!-- snippet: " + name + " -->");
    var code = page.indexOf("```java\n", begin) + "```java\n".length();
    assertTrue(begin >= 0, file + ": no snippet " + name);
    return new Snippet(page.substring(code, page.indexOf("```", code)), imports);
  }

  /** Wraps it in a method with one parameter, runs it, and gives what it printed. */
  String run(Path folder, String parameter, Class<?> type, Object argument) throws Exception {
    var source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        imports
            + "public class Snippet { public static void run(%s) throws Exception {\n%s\n} }"
                .formatted(parameter, code));
    var errors = new ByteArrayOutputStream();
    var compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                errors,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertEquals(0, compiled, errors.toString(StandardCharsets.UTF_8));
    var out = System.out;
    var printed = new ByteArrayOutputStream();
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass("Snippet").getMethod("run", type).invoke(null, argument);
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
