"""Instrumentation: what plugins are told, and who tells them on which thread.

`durable_runtime.plugin` is the public face of this package. The SDK's core calls `executor.PluginExecutor` and nothing
else, and without plugins that imports nothing else either. Behind it are `invocation` (the plugins of an invocation),
`hooks` (what a plugin implements), `infos` and `enums` (what a hook receives), `end_hooks` (which thread runs an
operation's end hook), `changes` (the change thread), `propagation` (metadata for chained invokes) and `containment`
(what a failing plugin can't do); `host` keeps the plugins of a handler. Behind `durable_runtime.plugin_discovery` are
`registration`, `factories` (what is one), `contract` (what a factory may ask of its registration) and `names`.
"""
