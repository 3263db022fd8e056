"""Galaxy tool forms: the JSON of a filled-in form as values of the options of a command.

The only code that knows names like ``layer_selection``. `form.Form` reads a form field by field and
names the field in each message. One module per tool has `read_options`, which returns values by
option name (`keras_model_config.read_spec` a spec), so there is one way from options to a request.
"""
