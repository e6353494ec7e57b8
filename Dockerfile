# The command line for CI that has no GitHub Actions: docs/other-ci.md. What runs is the committed bundle; only the engine is brought, from the lock file.
ARG NODE=24-bookworm-slim
FROM node:${NODE} AS packages
WORKDIR /opt/trueup
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:${NODE}
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
COPY --from=packages /opt/trueup /opt/trueup
COPY LICENSE /opt/trueup/
COPY dist/cli /opt/trueup/dist/cli
RUN ln -s /opt/trueup/dist/cli/index.js /usr/local/bin/trueup
USER node
WORKDIR /ledger
ENTRYPOINT ["trueup"]
CMD ["--help"]
