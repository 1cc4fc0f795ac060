"""Clients on the JVM: java.net.http of the JDK, and OkHttp."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from zipfile import ZipFile

from ..home import PROGRAMS
from ..processes import run
from ..results import Transport
from .base import Available
from .client import ProgramClient, Visit, arguments

JARS = Path("/usr/share/java")
FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
"""For a program that lives two seconds: no late compiler, no collector's threads."""


def jdk() -> Available:
    """Look for a java that compiles a source file by itself (11 and later; these programs want 17)."""
    if shutil.which("java") is None:
        return Available(reason="no java in PATH")
    text = run(["java", "-version"], timeout_s=20).output
    found = re.search(r'version "([\d.]+)', text)
    if found is None or int(found.group(1).split(".")[0]) < 17:
        return Available(reason="java is older than 17")
    if "jdk.compiler" not in run(["java", "--list-modules"], timeout_s=20).output:
        return Available(reason="java has no compiler: a JDK is needed")
    return Available(found.group(1))


class JavaNetHttp(ProgramClient):
    """The JDK's own client."""

    name = "java"
    default = True
    hint = "apt-get install default-jdk-headless"
    lacks: ClassVar = {Transport.H2C: "knows cleartext HTTP/2 only by Upgrade, which RFC 9113 3.1 dropped"}

    def available(self) -> Available:
        """Look for a JDK."""
        return jdk()

    def command(self, visit: Visit) -> Sequence[str]:
        """Compile and run in one go."""
        return ["java", *FLAGS, str(PROGRAMS / "JavaNetHttp.java"), *arguments(visit)]


class OkHttp(ProgramClient):
    """OkHttp with its own session code."""

    name = "okhttp"
    default = True
    hint = "apt-get install libokhttp-java"

    def available(self) -> Available:
        """Look for the jars; Maven wrote the version into them."""
        java = jdk()
        if not java:
            return java
        jar = JARS / "okhttp.jar"
        if not jar.exists() or not (JARS / "okio.jar").exists():
            return Available(reason=f"no {jar}")
        with ZipFile(jar) as archive:
            properties = archive.read("META-INF/maven/com.squareup.okhttp3/okhttp/pom.properties").decode()
        found = re.search(r"^version=(\S+)", properties, re.MULTILINE)
        return Available(f"{found.group(1) if found else '?'} (Java {java.version})")

    def command(self, visit: Visit) -> Sequence[str]:
        """Compile and run in one go."""
        path = f"{JARS / 'okhttp.jar'}:{JARS / 'okio.jar'}"
        return ["java", *FLAGS, "-cp", path, str(PROGRAMS / "OkHttp.java"), *arguments(visit)]


class Jetty(ProgramClient):
    """Jetty's HTTP2Client."""

    name = "jetty"
    hint = "apt-get install libjetty9-java"

    def available(self) -> Available:
        """Look for the jars; Debian has the version in the name of the one that the other links to."""
        java = jdk()
        if not java:
            return java
        found = [re.search(r"client-([\d.]+)\.v", jar.name) for jar in JARS.glob("jetty9-http2-client-*.jar")]
        versions = [match.group(1) for match in found if match]
        if not versions:
            return Available(reason=f"no jetty9-http2-client.jar in {JARS}")
        return Available(f"{versions[0]} (Java {java.version})")

    def command(self, visit: Visit) -> Sequence[str]:
        """Compile and run in one go; the jars without a version in their names."""
        jars = sorted(jar for jar in JARS.glob("jetty9-*.jar") if not re.search(r"-\d", jar.name[7:]))
        jars.append(JARS / "servlet-api.jar")
        path = ":".join(str(jar) for jar in jars if "openjdk8" not in jar.name)
        return ["java", *FLAGS, "-cp", path, str(PROGRAMS / "Jetty.java"), *arguments(visit)]


PEERS = (JavaNetHttp(), OkHttp(), Jetty())
