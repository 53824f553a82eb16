"""Deployment templates (SAM and CloudFormation): how they deploy the handlers of a project.

``nodes`` reads a template into values with places, ``document`` finds its functions, ``roles`` what their roles allow,
``deployment`` brings each function together with the handler that it names. Nothing is evaluated: where an intrinsic
function, a macro or a parameter decides, nothing is known, and unknown is silent.
"""
