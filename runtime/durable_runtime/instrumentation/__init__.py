"""Instrumentation: what plugins are told, and who tells them on which thread.

`durable_runtime.plugin` is the public face of this package. The SDK's core calls `executor.PluginExecutor` and nothing
else; the other modules are its parts: `infos` (what a hook receives), `hooks` (what a plugin implements), `creation`
(plugins of an invocation), `end_hooks` (which thread runs an operation's end hook), `changes` (the change thread),
`propagation` (metadata for chained invokes), `containment` (what a failing plugin can't do) and `host` (plugins of a
handler). Behind `durable_runtime.plugin_discovery` are `registration`, `factories` (what is one) and `contract` (what a
factory may ask of its registration).
"""
