# For the scripts here that make sure that something is there: install_with_apt WHAT PACKAGE... installs it as root on
# Debian, and does nothing elsewhere. It never fails; who calls looks again.
install_with_apt() {
    local what=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "No $what here; installing $* with apt-get."
        apt-get -o DPkg::Lock::Timeout=300 update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
                --no-install-recommends "$@" >/dev/null
    fi
}
