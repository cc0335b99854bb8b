"""Figures 1-5 and the calibration's, each by its own name; nothing here retrains anything."""


rule figure1:
    """The three architectures."""
    input:
        **FIGURE_INPUTS["figure1"],
    output:
        pdf=R / "figures/figure1.pdf",
        svg=report(
            R / "figures/figure1.svg",
            caption="../report/figure1.rst",
            category="Architectures",
            labels={"figure": "The three architectures", "format": "SVG"},
        ),
        png=R / "figures/figure1.png",
    log:
        R / "logs/figures/figure1.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("figure1"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.figure1"),
    shell:
        "mmoe-repro figure figure1 {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/figure1 2> {log}"


rule figure2:
    """Label correlation over task correlation."""
    input:
        **FIGURE_INPUTS["figure2"],
    output:
        pdf=R / "figures/figure2.pdf",
        svg=report(
            R / "figures/figure2.svg",
            caption="../report/figure2.rst",
            category="Data",
            labels={"figure": "Label correlation over task correlation", "format": "SVG"},
        ),
        png=R / "figures/figure2.png",
    log:
        R / "logs/figures/figure2.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("figure2"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.figure2"),
    shell:
        "mmoe-repro figure figure2 {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/figure2 2> {log}"


rule figure3:
    """Shared-Bottom-16 over task correlations."""
    input:
        **FIGURE_INPUTS["figure3"],
    output:
        pdf=R / "figures/figure3.pdf",
        svg=report(
            R / "figures/figure3.svg",
            caption="../report/figure3.rst",
            category="Loss curves",
            labels={"figure": "Shared-Bottom-16 over task correlations", "format": "SVG"},
        ),
        png=R / "figures/figure3.png",
    log:
        R / "logs/figures/figure3.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("figure3"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.figure3"),
    shell:
        "mmoe-repro figure figure3 {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/figure3 2> {log}"


rule figure4:
    """The three models over task correlations."""
    input:
        **FIGURE_INPUTS["figure4"],
    output:
        pdf=R / "figures/figure4.pdf",
        svg=report(
            R / "figures/figure4.svg",
            caption="../report/figure4.rst",
            category="Loss curves",
            labels={"figure": "The three models over task correlations", "format": "SVG"},
        ),
        png=R / "figures/figure4.png",
    log:
        R / "logs/figures/figure4.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("figure4"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.figure4"),
    shell:
        "mmoe-repro figure figure4 {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/figure4 2> {log}"


rule figure5:
    """Histograms of final losses."""
    input:
        **FIGURE_INPUTS["figure5"],
    output:
        pdf=R / "figures/figure5.pdf",
        svg=report(
            R / "figures/figure5.svg",
            caption="../report/figure5.rst",
            category="Trainability",
            labels={"figure": "Histograms of final losses", "format": "SVG"},
        ),
        png=R / "figures/figure5.png",
    log:
        R / "logs/figures/figure5.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("figure5"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.figure5"),
    shell:
        "mmoe-repro figure figure5 {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/figure5 2> {log}"


rule figure_calibration:
    """Best candidates over Figure 3."""
    input:
        **FIGURE_INPUTS["calibration"],
    output:
        pdf=R / "figures/calibration.pdf",
        svg=report(
            R / "figures/calibration.svg",
            caption="../report/calibration.rst",
            category="Calibration",
            labels={"figure": "Best candidates over Figure 3", "format": "SVG"},
        ),
        png=R / "figures/calibration.png",
    log:
        R / "logs/figures/calibration.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("calibration"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.calibration"),
    shell:
        "mmoe-repro figure calibration {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/calibration 2> {log}"


rule figure_speed:
    """Speed of the population trainer, from the published benchmarks."""
    input:
        **FIGURE_INPUTS["speed"],
    output:
        pdf=R / "figures/speed.pdf",
        svg=report(
            R / "figures/speed.svg",
            caption="../report/speed.rst",
            category="Speed",
            labels={"figure": "Speed of the population trainer", "format": "SVG"},
        ),
        png=R / "figures/speed.png",
    log:
        R / "logs/figures/speed.log",
    conda:
        "../../environment.yml"
    params:
        inputs=figure_options("speed"),
        plots=PLOTS,
        code=fingerprint("mmoe_repro.report.figures.speed"),
    shell:
        "mmoe-repro figure speed {params.inputs} --plots {params.plots:q}"
        " --output $(dirname {output.pdf})/speed 2> {log}"
