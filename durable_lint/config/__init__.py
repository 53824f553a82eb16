"""What a person can set: options, where they are read from, and the settings that come out of them.

``load.load_settings`` finds and reads the nearest configuration file and lays the command line over it;
``settings.Settings`` is the frozen result that travels on. Every option is documented once, in ``options.OPTIONS``.
"""
