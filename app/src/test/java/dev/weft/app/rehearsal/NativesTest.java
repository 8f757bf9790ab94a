package dev.weft.app.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void platformsAreNamedAsOnnxRuntimeNamesThem() {
    assertEquals("ai/onnxruntime/native/linux-x64/", Natives.of("Linux", "amd64").folder());
    assertEquals("ai/onnxruntime/native/linux-aarch64/", Natives.of("Linux", "aarch64").folder());
    assertEquals("ai/onnxruntime/native/osx-aarch64/", Natives.of("Mac OS X", "aarch64").folder());
    assertEquals("ai/onnxruntime/native/win-x64/", Natives.of("Windows 11", "amd64").folder());
  }

  @Test
  void bothLibrariesOfThisMachineAreUnpackedAlsoOverOldOnes() throws IOException {
    var target = folder.resolve("native");
    Natives.here().unpack(target);
    Natives.here().unpack(target);
    for (var library : new String[] {"onnxruntime", "onnxruntime4j_jni"}) {
      assertTrue(Files.size(target.resolve(System.mapLibraryName(library))) > 10_000, library);
    }
  }

  @Test
  void aPlatformThatOnnxRuntimeLacksIsNamed() {
    var lacking = Natives.of("Linux", "riscv64");
    var failure = assertThrows(IOException.class, () -> lacking.unpack(folder));
    assertTrue(String.valueOf(failure.getMessage()).contains("linux-riscv64"), failure::toString);
  }
}
