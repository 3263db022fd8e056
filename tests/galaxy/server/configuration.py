"""The configuration of a small Galaxy server that needs no network, database server or queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import yaml

ADMIN = "admin@example.org"
ADMIN_KEY = "galaxy-keras-tests"
TESTER = "planemo@galaxyproject.org"
EMPTY_FILES = {
    "tool_data_tables.xml": "<tables/>",
    "tool_sheds.xml": "<tool_sheds/>",
    "shed_tools.xml": "<toolbox/>",
}


def write_configuration(run: Path, tools: list[Path], requirement: str, programs: Path) -> Path:
    """Write all files that the server reads, and return the main one.

    Parameters
    ----------
    run
        The folder of this server, in which it keeps everything.
    tools
        The XML files of the tools to load.
    requirement
        Name and version of the package that the tools need, as ``galaxy-keras/2.0.0``.
    programs
        The folder of programs that stands for that package.
    """
    config = run / "config"
    config.mkdir(parents=True)
    for name, text in EMPTY_FILES.items():
        (config / name).write_text(text)
    (config / "tools.xml").write_text(_list_tools(tools))
    _write_package(run / "packages" / requirement, programs)
    main = config / "galaxy.yml"
    main.write_text(yaml.safe_dump({"galaxy": _describe_server(run, config)}))
    return main


def _list_tools(tools: list[Path]) -> str:
    toolbox = Element("toolbox", monitor="false")
    upload = SubElement(toolbox, "section", id="upload", name="Get Data")
    SubElement(upload, "tool", file="data_source/upload.xml")
    ours = SubElement(toolbox, "section", id="deep_learning", name="Deep Learning")
    for tool in tools:
        SubElement(ours, "tool", file=str(tool))
    indent(toolbox)
    return tostring(toolbox, encoding="unicode")


def _write_package(folder: Path, programs: Path) -> None:
    """Let a requirement of the tools mean the programs of an environment, as conda would."""
    folder.mkdir(parents=True)
    (folder / "env.sh").write_text(
        f'PATH="{programs}:$PATH"; export PATH\nunset PYTHONPATH VIRTUAL_ENV PYTHONHOME\n'
    )


def _describe_server(run: Path, config: Path) -> dict[str, Any]:
    data = run / "data"

    def database(name: str) -> str:
        return f"sqlite:///{data / name}.sqlite?isolation_level=IMMEDIATE"

    return {
        "data_dir": str(data),
        "managed_config_dir": str(data / "config"),
        "database_connection": database("universe"),
        "database_auto_migrate": True,
        "tool_config_file": str(config / "tools.xml"),
        "shed_tool_config_file": str(config / "shed_tools.xml"),
        "tool_data_table_config_path": str(config / "tool_data_tables.xml"),
        "tool_sheds_config_file": str(config / "tool_sheds.xml"),
        "tool_dependency_dir": str(run / "packages"),
        "dependency_resolvers": [{"type": "galaxy_packages"}],
        "conda_auto_init": False,
        "conda_auto_install": False,
        "container_resolvers": [],
        "involucro_auto_init": False,
        "enable_tool_shed_check": False,
        "job_config": {
            "runners": {
                "local": {"load": "galaxy.jobs.runners.local:LocalJobRunner", "workers": 2}
            },
            "execution": {
                "default": "here",
                "environments": {"here": {"runner": "local", "local_slots": 2}},
            },
        },
        "single_user": ADMIN,
        "admin_users": f"{ADMIN},{TESTER}",
        "bootstrap_admin_api_key": ADMIN_KEY,
        "allow_path_paste": True,
        "check_upload_content": False,
        "calculate_dataset_hash": "never",
        "cleanup_job": "onsuccess",
        # One Celery worker does uploads and metadata without starting Python for each.
        "enable_celery_tasks": True,
        "metadata_strategy": "directory_celery",
        "amqp_internal_connection": f"sqlalchemy+{database('control')}",
        "celery_conf": {
            "result_backend": f"db+{database('results')}",
            "task_routes": {"galaxy.fetch_data": "galaxy.external"},
        },
        "brand": "galaxy-keras",
    }
