# The wheel is built and installed, with the pinned versions, in one stage; the image keeps only the result.
FROM python:3.11-slim AS build
ENV PIP_CONSTRAINT=/src/constraints.txt PIP_BUILD_CONSTRAINT=/src/constraints.txt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY . .
RUN python -m venv /opt/sandbank && /opt/sandbank/bin/pip install '.[postgres]'

FROM python:3.11-slim
COPY --from=build /opt/sandbank /opt/sandbank
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/sandbank sandbank
ENV PATH=/opt/sandbank/bin:$PATH PYTHONUNBUFFERED=1 SANDBANK_PORT=8080
# a number, so that an orchestrator can see that it is not root
USER 10001
WORKDIR /var/lib/sandbank
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['SANDBANK_PORT'] + '/readyz', timeout=2)"]
ENTRYPOINT ["sandbank"]
CMD ["serve", "--host", "0.0.0.0"]
