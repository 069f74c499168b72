"""Faster compilation of the engine: two Numba pipelines without the steps that the engine does not need.

Numba spends most of a cold start on repeated work:

- It resolves ``a + b`` of two floats among some twenty candidates again at each of thousands of places; here the
  result is cached (``_remembered_answers``).
- It fully optimises each function and generates its machine code, then repeats both within every caller. A function
  called from compiled code only needs neither (``_InnerLibrary``): it is simplified, so that callers link little, and
  is optimised and turned into machine code as a part of its callers.

The compiled code is also quicker than Numba's own: an index never counts from the end of an array
(``_indices_from_the_start``).

A warm start does not load Numba's libraries of built-in functions, which only a compilation needs (``ReadyCache``).

Pipelines and passes are Numba's documented interface for changing its compilation. The few attributes used beneath
them are private, which is why the project pins the minor version of Numba.
"""

# pyright: basic
# Numba's classes have no type annotations.

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, ClassVar

from numba.core import types
from numba.core.cgutils import ir as llvm_ir  # pyright: ignore[reportPrivateImportUsage]
from numba.core.codegen import JITCodeLibrary
from numba.core.codegen import ll as llvm  # pyright: ignore[reportPrivateImportUsage]
from numba.core.compiler import Compiler, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.lowering import Lower
from numba.core.targetconfig import ConfigStack
from numba.core.typed_passes import NativeLowering, NopythonRewrites, NopythonTypeInference
from numba.core.typeinfer import ConstraintNetwork
from numba.core.untyped_passes import InlineClosureLikes

_answers: dict[str, dict[tuple[Any, ...], tuple[Any, Any]]] = {}
"""For each set of compiler flags: (function, argument types) -> (signature, key of the implementation)."""

_ASK = types.Function.get_call_type


@contextmanager
def _remembered_answers() -> Iterator[None]:
    """Resolve each call of a built-in function only once per argument types, during a pass over a function.

    A callee that is compiled during the pass under other flags resolves its calls itself. Numba's lock
    keeps other threads from compiling meanwhile.
    """
    flags = ConfigStack.top_or_none()
    known = _answers.setdefault(repr(flags), {})

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or ConfigStack.top_or_none() is not flags or not all(each.is_precise() for each in args):
            return _ASK(self, context, args, kws)
        place = (self, len(self.templates), *args)
        if place in known:
            signature, implementation = known[place]
            self._impl_keys[signature.args] = implementation
            return signature
        signature = _ASK(self, context, args, kws)
        if signature is not None and signature.args in self._impl_keys:
            known[place] = (signature, self._impl_keys[signature.args])
        return signature

    outer = types.Function.get_call_type
    types.Function.get_call_type = get_call_type
    try:
        yield
    finally:
        types.Function.get_call_type = outer


@contextmanager
def _indices_from_the_start() -> Iterator[None]:
    """Lower indices of arrays without the choice between a number from the start and a negative number from the end.

    In a short loop that choice costs more than the loop. A function that is only called from compiled code uses
    negative indices as constants alone, which keep their meaning. NUMBA_BOUNDSCHECK=1 reports others.
    """
    from numba.np import arrayobj  # only for a compilation: see ``ReadyCache``

    either_way = arrayobj.fix_integer_index

    def fix_integer_index(context: Any, builder: Any, idxty: Any, idx: Any, size: Any) -> Any:
        if not idxty.signed or isinstance(idx, llvm_ir.Constant):
            return either_way(context, builder, idxty, idx, size)
        return context.cast(builder, idx, idxty, types.intp)

    arrayobj.fix_integer_index = fix_integer_index
    try:
        yield
    finally:
        arrayobj.fix_integer_index = either_way


class TypedError(BaseException):
    """Raised when all callees of a function are compiled; the function itself is not compiled."""


_typed_from_the_end: set[str] = set()


def type_from_the_end(name: str) -> None:
    """Compile the callees of the function ``name`` from the last call to the first, then raise ``TypedError``."""
    _typed_from_the_end.add(name)


@contextmanager
def _calls_from_the_end(caller: Any) -> Iterator[None]:
    """Infer the types in a function from its last statement to its first, repeated until complete."""
    network_class: Any = ConstraintNetwork
    forwards = network_class.propagate

    def propagate(network: Any, inferer: Any) -> Any:
        if inferer.func_id is not caller:
            return forwards(network, inferer)
        network.constraints.reverse()
        try:
            return forwards(network, inferer)
        finally:
            network.constraints.reverse()

    network_class.propagate = propagate
    try:
        yield
    finally:
        network_class.propagate = forwards


@register_pass(mutates_CFG=False, analysis_only=False)
class _Typing(NopythonTypeInference):
    _name = "chammo_typing"

    def run_pass(self, state: Any) -> Any:
        is_from_the_end = state.func_id.func_name in _typed_from_the_end
        with _remembered_answers(), _calls_from_the_end(state.func_id) if is_from_the_end else nullcontext():
            typed = super().run_pass(state)
        if is_from_the_end:
            raise TypedError(state.func_id.func_name)
        return typed


_LONG = 250
"""Number of instructions from which a function is not inlined into its only caller: LLVM takes far longer on both."""


class _OuterLibrary(JITCodeLibrary):
    """The code of a function and its callees, which cannot be called from elsewhere.

    So LLVM may drop arguments: a kernel with a tuple of arrays is passed only the arrays that it reads. The callees
    have no symbols (``private``); otherwise code of other libraries, which passes all arguments, would be linked with
    them.
    """

    _code = b""  # for callers to link, if loaded from the cache

    def serialize_using_object_code(self) -> Any:
        """Return the cached form: machine code, the names in it, and the code that callers link.

        Hardly any caller links it, and parsing takes as long as all else of a load: it is parsed when asked for.
        """
        self._ensure_finalized()
        module = self._get_module_for_linking()
        symbols = (*module.functions, *module.global_variables)
        names = [symbol.name for symbol in symbols if not symbol.is_declaration]
        return self.name, _OUTER, (self._get_compiled_object(), names, module.as_bitcode())

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None and self._code:
            self._shared_module = llvm.parse_bitcode(self._code)
        return super()._get_module_for_linking()

    def _optimize_functions(self, ll_module: Any) -> None:
        """Simplify functions before they are linked, but not the Python wrapper: it is optimised once, with the rest.

        For a hundred arrays the wrapper is longer than most kernels.
        """
        if ll_module.name == "wrapper":
            ll_module.data_layout = self._codegen._data_layout
        else:
            super()._optimize_functions(ll_module)

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if function.linkage == llvm.Linkage.linkonce_odr and function.name.startswith("_ZN"):
                function.linkage = llvm.Linkage.private
                is_inlined = any(b"alwaysinline" in attributes for attributes in function.attributes)
                if not is_inlined and sum(1 for block in function.blocks for _ in block.instructions) >= _LONG:
                    function.add_function_attribute("noinline")
        super()._optimize_final_module()


class _Lowering(NativeLowering):
    _name = "chammo_lowering"
    _library: ClassVar[type[JITCodeLibrary]]

    def run_pass(self, state: Any) -> Any:
        state.library = self._library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        with _remembered_answers():
            return super().run_pass(state)


@register_pass(mutates_CFG=False, analysis_only=False)
class _OuterLowering(_Lowering):
    """Lower a function into an ``_OuterLibrary``."""

    _name = "chammo_outer_lowering"
    _library = _OuterLibrary


class _NoEnvironment:
    """A code generator that registers no environment, since there is no machine code to need it."""

    def __init__(self, codegen: Any):
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing."""


class _InnerLibrary(JITCodeLibrary):
    """The code of a function that is linked into its callers and has no machine code of its own."""

    @property
    def codegen(self) -> Any:
        return _NoEnvironment(self._codegen)

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0: Numba then treats the function as not callable from Python."""
        self._ensure_finalized()
        return 0

    def serialize_using_object_code(self) -> Any:
        """Return the cached form: the code that callers link."""
        self._ensure_finalized()
        return self.name, _INNER, self._final_module.as_bitcode()

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager(
            loop_vectorize=False, slp_vectorize=False, opt=self._codegen._opt_level, cost="cheap"
        )
        passes.run(self._final_module, builder)

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


_INNER, _OUTER = "chammo inner", "chammo outer"
_unserialize_others = JITCodeLibrary._unserialize


def _unserialize(codegen: Any, state: Any) -> Any:
    """Return a library from its cached form; an inner library gets no machine code here either."""
    name, kind, code = state
    if kind == _INNER:
        library = _InnerLibrary(codegen, name)
        library._final_module = llvm.parse_bitcode(code)
        library._finalize_final_module()
        return library
    if kind == _OUTER:
        library = _OuterLibrary(codegen, name)
        machine_code, names, library._code = code
        library.enable_object_caching()
        library._set_compiled_object(machine_code)
        library._finalize_final_module()
        codegen._engine._defined_symbols.update(names)
        return library
    return _unserialize_others(codegen, state)


JITCodeLibrary._unserialize = staticmethod(_unserialize)  # pyright: ignore[reportAttributeAccessIssue]


@register_pass(mutates_CFG=False, analysis_only=False)
class _InnerLowering(_Lowering):
    """Lower a function into an ``_InnerLibrary``."""

    _name = "chammo_inner_lowering"
    _library = _InnerLibrary

    def run_pass(self, state: Any) -> Any:
        with _indices_from_the_start():
            return super().run_pass(state)


class _ApartLower(Lower):
    def setup_function(self, fndesc: Any) -> None:
        super().setup_function(fndesc)
        self.function.attributes.add("noinline")


@register_pass(mutates_CFG=False, analysis_only=False)
class _ApartLowering(_InnerLowering):
    """Lower a function that LLVM must not inline."""

    _name = "chammo_apart_lowering"

    @property
    def lowering_class(self) -> type[Lower]:
        return _ApartLower


class OuterCompiler(Compiler):
    """Compiles functions called from Python."""

    left_out: ClassVar[frozenset[type]] = frozenset()
    replaced: ClassVar[dict[type, type]] = {NopythonTypeInference: _Typing, NativeLowering: _OuterLowering}

    def define_pipelines(self) -> list[PassManager]:
        """Return Numba's own pipeline with some passes replaced."""
        manager = PassManager("chammo")
        for step, description in DefaultPassBuilder.define_nopython_pipeline(self.state).passes:
            if step not in self.left_out:
                manager.add_pass(self.replaced.get(step, step), description)
        manager.finalize()
        return [manager]


class InnerCompiler(OuterCompiler):
    """Compiles functions called from compiled code only: element loops without closures and array expressions."""

    left_out = frozenset({InlineClosureLikes, NopythonRewrites})
    replaced = OuterCompiler.replaced | {NativeLowering: _InnerLowering}


class ApartCompiler(InnerCompiler):
    """Compiles functions called from compiled code only, and keeps them out of their callers."""

    replaced = InnerCompiler.replaced | {NativeLowering: _ApartLowering}


class RowsCompiler(InnerCompiler):
    """Compiles functions called from compiled code only, whose arrays do not overlap."""

    def define_pipelines(self) -> list[PassManager]:
        """Return the pipeline; LLVM learns that no array argument overlaps another."""
        self.state.flags.noalias = True
        return super().define_pipelines()
