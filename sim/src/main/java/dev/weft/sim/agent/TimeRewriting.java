package dev.weft.sim.agent;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Has Akka's classes, and Scala's deadlines, call {@link WorldTime} in the place of the JVM. */
final class TimeRewriting implements ClassFileTransformer {

  private static final String AKKA = "akka/";
  private static final String DEADLINE = "scala/concurrent/duration/Deadline";
  private static final ClassDesc WORLD_TIME = ClassDesc.of(WorldTime.class.getName());
  private static final String SHUFFLE = "scala/util/Random$.shuffle";

  /** What it draws depends on the number of the thread, whatever its seed. */
  private static final String OF_THREAD = "java/util/concurrent/ThreadLocalRandom.";

  /** What is called; {@link WorldTime} has the same names. */
  private static final Set<String> CALLED =
      Set.of(
          "java/lang/System.nanoTime",
          "java/lang/System.currentTimeMillis",
          "java/time/Instant.now",
          "java/util/UUID.randomUUID",
          OF_THREAD + "nextInt",
          OF_THREAD + "nextLong",
          OF_THREAD + "nextDouble",
          SHUFFLE);

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    var concerns = name != null && (name.startsWith(AKKA) || name.startsWith(DEADLINE));
    return concerns ? rewritten(bytes) : null;
  }

  /** The class with its calls rewritten; null if it has none. */
  static byte @Nullable [] rewritten(byte[] bytes) {
    var file = ClassFile.of();
    var model = file.parse(bytes);
    if (!names(model)) {
      return null;
    }
    CodeTransform calls =
        (code, element) -> {
          if (element instanceof InvokeInstruction call && CALLED.contains(called(call.method()))) {
            code.invokestatic(WORLD_TIME, call.name().stringValue(), type(call));
          } else {
            code.with(element);
          }
        };
    return file.transformClass(
        model, ClassTransform.transformingMethodBodies(TimeRewriting::calls, calls));
  }

  /** Cheaper than a look at all instructions, and most classes name nothing of it. */
  private static boolean names(ClassModel model) {
    for (var entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry member && CALLED.contains(called(member))) {
        return true;
      }
    }
    return false;
  }

  private static boolean calls(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .anyMatch(
            element ->
                element instanceof InvokeInstruction call
                    && CALLED.contains(called(call.method())));
  }

  private static String called(MemberRefEntry member) {
    return member.owner().asInternalName() + "." + member.name().stringValue();
  }

  /** With the object it was called on before what it was given, if there is one. */
  private static MethodTypeDesc type(InvokeInstruction call) {
    var type = call.typeSymbol();
    return call.opcode() == Opcode.INVOKESTATIC
        ? type
        : type.insertParameterTypes(0, call.owner().asSymbol());
  }
}
