package dev.weft.sim.planted;

import dev.weft.sim.planted.PlantedBug.Change;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Consumer;

/** Small changes of code, such as people make by mistake. */
final class Changes {

  private Changes() {}

  /** Leaves every call of {@code owner.method} out; what it would answer is zero, false or null. */
  static Change dropCall(String owner, String method) {
    return replaceCall(
        owner,
        method,
        (code, call) -> {
          var type = call.typeSymbol();
          for (var i = type.parameterCount() - 1; i >= 0; i--) {
            pop(code, TypeKind.from(type.parameterType(i)));
          }
          if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
          }
          push(code, TypeKind.from(type.returnType()));
        });
  }

  /** What to do instead of a call. */
  interface Instead {
    void write(CodeBuilder code, InvokeInstruction call);
  }

  static Change replaceCall(String owner, String method, Instead instead) {
    return hits ->
        (code, element) -> {
          if (element instanceof InvokeInstruction call
              && call.name().equalsString(method)
              && call.owner().asInternalName().equals(owner.replace('.', '/'))) {
            hits.next();
            instead.write(code, call);
          } else {
            code.with(element);
          }
        };
  }

  /** Puts {@code to} in the place of the {@code occurrence}th constant {@code from}. */
  static Change constant(ConstantDesc from, ConstantDesc to, int occurrence) {
    return hits -> {
      var seen = new PlantedBug.Hits();
      return (code, element) -> {
        if (element instanceof ConstantInstruction constant
            && constant.constantValue().equals(from)
            && seen.next() == occurrence) {
          hits.next();
          code.loadConstant(to);
        } else {
          code.with(element);
        }
      };
    };
  }

  /** Compares by {@code to} at the {@code occurrence}th comparison by {@code from}. */
  static Change comparison(Opcode from, Opcode to, int occurrence) {
    return hits -> {
      var seen = new PlantedBug.Hits();
      return (code, element) -> {
        if (element instanceof BranchInstruction branch
            && branch.opcode() == from
            && seen.next() == occurrence) {
          hits.next();
          code.branch(to, branch.target());
        } else {
          code.with(element);
        }
      };
    };
  }

  /** Has the {@code occurrence}th branch by {@code from} always taken or never. */
  static Change branch(Opcode from, int occurrence, boolean isTaken) {
    return hits -> {
      var seen = new PlantedBug.Hits();
      return (code, element) -> {
        if (element instanceof BranchInstruction branch
            && branch.opcode() == from
            && seen.next() == occurrence) {
          hits.next();
          code.pop();
          if (from.name().startsWith("IF_")) {
            code.pop();
          }
          if (isTaken) {
            code.goto_(branch.target());
          }
        } else {
          code.with(element);
        }
      };
    };
  }

  /** Takes everything for a {@code type}. */
  static Change isAlways(String type) {
    return hits ->
        (code, element) -> {
          if (element instanceof TypeCheckInstruction check
              && check.opcode() == Opcode.INSTANCEOF
              && check.type().asSymbol().equals(ClassDesc.of(type))) {
            hits.next();
            code.pop().iconst_1();
          } else {
            code.with(element);
          }
        };
  }

  /** Does {@code instead} in the place of every operation {@code opcode}. */
  static Change operation(Opcode opcode, Consumer<CodeBuilder> instead) {
    return hits ->
        (code, element) -> {
          if (element instanceof OperatorInstruction operation && operation.opcode() == opcode) {
            hits.next();
            instead.accept(code);
          } else {
            code.with(element);
          }
        };
  }

  /** Does {@code first} before everything else. */
  static Change atStart(Consumer<CodeBuilder> first) {
    return hits ->
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder code) {
            hits.next();
            first.accept(code);
          }

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
          }
        };
  }

  static ClassDesc type(String name) {
    return ClassDesc.of(name);
  }

  static MethodTypeDesc signature(ClassDesc returned, ClassDesc... given) {
    return MethodTypeDesc.of(returned, given);
  }

  private static void pop(CodeBuilder code, TypeKind kind) {
    if (kind.slotSize() == 2) {
      code.pop2();
    } else {
      code.pop();
    }
  }

  private static void push(CodeBuilder code, TypeKind kind) {
    switch (kind.asLoadable()) {
      case INT -> code.iconst_0();
      case LONG -> code.lconst_0();
      case FLOAT -> code.fconst_0();
      case DOUBLE -> code.dconst_0();
      case REFERENCE -> code.aconst_null();
      case VOID -> {}
      default -> throw new IllegalStateException(kind + " is not loadable");
    }
  }
}
